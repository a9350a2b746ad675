import { captureHooks, type HookContext, type HookScope } from '../hooks/hook-dispatch.js';
import type { HookPayloads } from '../hooks/hook-payloads.js';
import type { HookType } from '../hooks/hook-type.js';
import { currentLogger } from '../logger/logger.js';
import type { Backend } from './backend.js';
import { type CallSettings, checkSettings } from './call-settings.js';

type PreCall = 'generation_pre_call' | 'generation_batch_pre_call';
type ErrorHook = 'generation_error' | 'generation_batch_error';

/** The hooks of one call: pre, then exactly one of post and error, to the plugins that listened at its begin. */
export class CallHooks {
  /** @internal */
  readonly _scope: HookScope;
  /** @internal */
  readonly _backend: Backend;
  /** @internal */
  readonly _context: HookContext;
  readonly startedAt: number = performance.now();

  constructor(scope: HookScope, backend: Backend) {
    this._scope = scope;
    this._backend = backend;
    this._context = { backend, provider: backend.provider, modelId: backend.modelId, sessionId: null };
  }

  /** The hooks of a call that begins now; null, after one check, when nobody listens. */
  static capture(backend: Backend): CallHooks | null {
    const scope = captureHooks();
    return scope && new CallHooks(scope, backend);
  }

  /** The settings as plugins leave them. Rejects when one blocks, or changes them to what the checks refuse. */
  async pre<T extends PreCall>(
    type: T,
    payload: HookPayloads[T],
    settings: CallSettings,
  ): Promise<CallSettings> {
    if (!this._scope.has(type)) return settings;
    const { modelOptions, format, toolCalls } = await this._scope.dispatch(type, payload, this._context);
    const same =
      modelOptions === payload.modelOptions && format === payload.format && toolCalls === payload.toolCalls;
    return same ? settings : checkSettings(this._backend, { modelOptions, format, toolCalls });
  }

  /** Rejects with what a plugin throws. */
  async post<T extends HookType>(type: T, payload: () => HookPayloads[T]): Promise<void> {
    if (this._scope.has(type)) await this._scope.dispatch(type, payload(), this._context);
  }

  /** Tells an error; what plugins throw goes to the logger, so that the error itself reaches the caller. */
  async error<T extends ErrorHook>(type: T, payload: () => HookPayloads[T]): Promise<void> {
    try {
      await this.post(type, payload);
    } catch (thrown) {
      currentLogger()?.error(`A plugin failed in ${type}.`, { error: thrown });
    }
  }

  latencyMs(): number {
    return performance.now() - this.startedAt;
  }
}
