export {
  type Blocked,
  type BlockInit,
  block,
  type Changes,
  type Modified,
  modify,
  type WritableFieldOf,
} from './answer.js';
export {
  type AnyHook,
  type Hook,
  type HookAnswer,
  type HookFn,
  type HookMode,
  type HookOptions,
  hook,
} from './hook.js';
export { type HookDecorator, on, Plugin } from './plugin.js';
export { type PluginScope, type PluginScopeInit, pluginScope, pluginScopeFor } from './plugin-scope.js';
export { type Pluggable, type PluginLike, PluginSet, type PluginSetInit } from './plugin-set.js';
export { PluginUseError } from './plugin-use-error.js';
export { beforeHooks, errorHooks, type WritableField, writableFields } from './policies.js';
export { type CostInit, type CostMeter, cost, type Price } from './ready-made/cost.js';
export { type RequestLog, type RequestLogInit, requestLog } from './ready-made/request-log.js';
export { type TokenBudget, type TokenBudgetInit, tokenBudget } from './ready-made/token-budget.js';
export { register, unregister } from './register.js';
export type { Pluggables } from './registration.js';
