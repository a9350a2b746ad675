import type {
  Backend,
  Context,
  HookContext,
  HookScope,
  ModelOptions,
  ModelOutputThunk,
  Part,
  SamplingResult,
} from '@melliflow/core';
import { captureHooks, className, log } from '@melliflow/core/implement';
import { validated } from '@melliflow/schema';
import { throwIfAborted } from '../requirements/until-aborted.js';
import { type ActPlan, usualStrategy } from './act-plan.js';

/** The hooks of one component: pre, then exactly one of success and error. */
export class ComponentHooks {
  readonly scope: HookScope;
  readonly action: Part;
  readonly context: Context;
  readonly backend: Backend;
  readonly hookContext: HookContext;
  readonly componentType: string;
  readonly startedAtMs: number = performance.now();
  modelOptions: ModelOptions = {};

  constructor(scope: HookScope, action: Part, context: Context, backend: Backend, sessionId: string | null) {
    const { provider, modelId } = backend;
    this.scope = scope;
    this.action = action;
    this.context = context;
    this.backend = backend;
    this.hookContext = { backend, provider, modelId, sessionId };
    this.componentType = className(action);
  }

  /** Who was asked, for errors. */
  get origin(): { provider: string; model: string } {
    const { provider, modelId: model } = this.backend;
    return { provider, model };
  }

  /** The plan as plugins leave it. Rejects when one blocks or throws, or `signal` aborts, after the error hook. */
  async pre(plan: ActPlan, signal: AbortSignal | undefined): Promise<ActPlan> {
    const { requirements, strategy, toolCalls = false } = plan;
    const { scope, action, context, componentType } = this;
    this.modelOptions = plan.modelOptions ?? {};
    if (!scope.has('component_pre_execute')) return plan;
    try {
      const left = await scope.dispatch(
        'component_pre_execute',
        {
          componentType,
          action,
          context,
          requirements,
          modelOptions: this.modelOptions,
          format: plan.format ?? null,
          strategy,
          toolCallsEnabled: toolCalls,
        },
        this.hookContext,
      );
      throwIfAborted('call', this.backend, signal);
      this.modelOptions = left.modelOptions;
      const format = left.format === null ? undefined : validated(left.format);
      const isUsual = plan.isUsual && left.strategy === strategy;
      const chosen = isUsual ? usualStrategy(left.requirements) : left.strategy;
      return { ...left, strategy: chosen, isUsual, format, toolCalls: left.toolCallsEnabled };
    } catch (error) {
      await this.error(error);
      throw error;
    }
  }

  async success(
    result: ModelOutputThunk<unknown>,
    contextAfter: Context,
    samplingResult: SamplingResult<unknown> | null,
  ): Promise<void> {
    const { scope, action, context: contextBefore, componentType } = this;
    if (!scope.has('component_post_success')) return;
    const facts = { componentType, action, result, contextBefore, contextAfter, samplingResult };
    await scope.dispatch(
      'component_post_success',
      { ...facts, latencyMs: this.latencyMs() },
      this.hookContext,
    );
  }

  /** The error goes to the caller, whatever plugins make of it. */
  async error(thrown: unknown): Promise<void> {
    const { scope, action, context, componentType, modelOptions } = this;
    if (!scope.has('component_post_error')) return;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const facts = { componentType, action, error, errorType: error.name, context, modelOptions };
    try {
      await scope.dispatch(
        'component_post_error',
        { ...facts, latencyMs: this.latencyMs() },
        this.hookContext,
      );
    } catch (failure) {
      log('error', 'A plugin failed in component_post_error.', { error: failure });
    }
  }

  latencyMs(): number {
    return performance.now() - this.startedAtMs;
  }
}

/** The hooks of a component that is acted on now; null, after one check, when nobody listens. */
export function captureComponentHooks(
  action: Part,
  context: Context,
  backend: Backend,
  sessionId: string | null,
): ComponentHooks | null {
  const scope = captureHooks(backend);
  return scope && new ComponentHooks(scope, action, context, backend, sessionId);
}
