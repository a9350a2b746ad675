import { captureHooks, type HookScope, runInside } from '../hooks/hook-dispatch.js';
import type { HookPayloads } from '../hooks/hook-payloads.js';
import { log } from '../logger/logger.js';
import type { Backend } from './backend.js';
import { type CallSettings, checkSettings } from './call-settings.js';

/** What the hooks of a call add to every payload. */
type Known = 'generationId' | 'modelOptions' | 'format' | 'toolCalls' | 'latencyMs';
type Facts<T extends keyof HookPayloads> = Omit<HookPayloads[T], Known>;

/** The hooks of one call: pre, then exactly one of post and error, to the plugins that listened at its begin. */
export interface CallHooks {
  /** The settings as plugins leave them. Rejects when one blocks, or changes them to what the checks refuse. */
  pre<T extends 'generation_pre_call' | 'generation_batch_pre_call'>(
    type: T,
    facts: Facts<T>,
    settings: CallSettings,
  ): Promise<CallSettings>;
  /** Runs the call: what begins in it is told so. */
  inside<R>(fn: () => R): R;
  /** Rejects with what a plugin throws. */
  post<T extends 'generation_post_call' | 'generation_batch_post_call'>(
    type: T,
    facts: Facts<T>,
  ): Promise<void>;
  /** What plugins throw here goes to the logger, so that the error itself reaches the caller. */
  error<T extends 'generation_error' | 'generation_batch_error'>(type: T, facts: Facts<T>): Promise<void>;
}

/** The hooks of a call that begins now; null, after one check, when nobody listens. */
export function captureCallHooks(backend: Backend, generationId: string): CallHooks | null {
  const scope = captureHooks(backend);
  return scope && callHooks(scope, backend, generationId);
}

function callHooks(scope: HookScope, backend: Backend, generationId: string): CallHooks {
  const context = { backend, provider: backend.provider, modelId: backend.modelId, sessionId: null };
  const startedAt = performance.now();
  const post = async (type: keyof HookPayloads, facts: object): Promise<void> => {
    const latencyMs = performance.now() - startedAt;
    if (scope.has(type)) await scope.dispatch(type, { generationId, latencyMs, ...facts } as never, context);
  };
  return {
    async pre(type, facts, settings) {
      if (!scope.has(type)) return settings;
      const { modelOptions, format, toolCalls } = settings;
      const payload = {
        generationId,
        ...facts,
        modelOptions,
        format,
        toolCalls,
      } as HookPayloads[typeof type];
      const left = await scope.dispatch(type, payload, context);
      const same =
        left.modelOptions === modelOptions && left.format === format && left.toolCalls === toolCalls;
      return same ? settings : checkSettings(backend, left);
    },
    inside: (fn) => runInside(scope, fn),
    post,
    error: (type, facts) =>
      post(type, facts).catch((thrown) => log('error', `A plugin failed in ${type}.`, { error: thrown })),
  };
}
