import type { Backend, HookContext, HookScope, ModelToolCall } from '@melliflow/core';
import { captureHooks, log, runInside } from '@melliflow/core/implement';

/** How a tool ended. */
export interface ToolOutcome {
  readonly output: unknown;
  readonly error: Error | null;
}

/** The hooks of one call, to the plugins that listened when it began: one post for each pre. */
export class ToolHooks {
  readonly scope: HookScope;
  readonly context: HookContext;

  constructor(scope: HookScope, backend: Backend | undefined) {
    const { provider = null, modelId = null } = backend ?? {};
    this.scope = scope;
    this.context = { backend: backend ?? null, provider, modelId, sessionId: null };
  }

  /** The call as plugins leave it. Rejects when one blocks or throws, after the post hook. */
  async pre(modelToolCall: ModelToolCall): Promise<ModelToolCall> {
    const { scope, context } = this;
    if (!scope.has('tool_pre_invoke')) return modelToolCall;
    try {
      return (await scope.dispatch('tool_pre_invoke', { modelToolCall }, context)).modelToolCall;
    } catch (error) {
      await this.post(modelToolCall, { output: null, error: error as Error }, 0).catch((failure) =>
        log('error', 'A plugin failed in tool_post_invoke.', { error: failure }),
      );
      throw error;
    }
  }

  /** Runs the call: what begins in it is told so. */
  inside<R>(fn: () => R): R {
    return runInside(this.scope, fn);
  }

  /** The outcome as plugins leave it: an output that one gives for a call that failed stands in for the failure. */
  async post(
    modelToolCall: ModelToolCall,
    { output, error }: ToolOutcome,
    executionTimeMs: number,
  ): Promise<ToolOutcome> {
    const { scope, context } = this;
    if (!scope.has('tool_post_invoke')) return { output, error };
    const payload = { modelToolCall, toolOutput: output, success: error === null, error, executionTimeMs };
    const { toolOutput } = await scope.dispatch('tool_post_invoke', payload, context);
    return Object.is(toolOutput, output) ? { output, error } : { output: toolOutput, error: null };
  }
}

/** Null, after one check, when nobody listens. */
export function captureToolHooks(backend: Backend | undefined): ToolHooks | null {
  const scope = captureHooks(backend);
  return scope && new ToolHooks(scope, backend);
}
