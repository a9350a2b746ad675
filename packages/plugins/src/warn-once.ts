import type { HookType } from '@melliflow/core';
import { currentLogger, log } from '@melliflow/core/implement';
import type { Registration } from './registration.js';

/** What has been said already, by hook. */
const said = new WeakMap<object, Set<string>>();

/** Tells the logger what a plugin did in vain, the first time that its hook does it. */
export function warnOnce({ hook, name }: Registration, type: HookType, what: string): void {
  if (currentLogger() === null) return;
  const known = said.get(hook) ?? new Set();
  if (known.has(what)) return;
  said.set(hook, known.add(what));
  log('warn', `Plugin '${name}' in ${type}: ${what}.`, { plugin: name, hook: type });
}
