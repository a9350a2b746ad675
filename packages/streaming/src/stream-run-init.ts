import type { Backend, Context, ModelOutputThunk, OutputFormat, Part } from '@melliflow/core';
import type { AttemptPlan, CheckPlan } from './check-plan.js';
import type { ReleaseRule } from './release-mode.js';
import type { NextCall } from './repair.js';
import type { RetryOptions } from './retry-options.js';
import type { StreamHooks } from './stream-hooks.js';

/** What a run is made of. */
export interface StreamRunInit<S> {
  readonly action: Part;
  /** The context before the action. */
  readonly before: Context;
  readonly thunk: ModelOutputThunk<S>;
  readonly plan: CheckPlan;
  /** The clones of the first attempt. */
  readonly first: AttemptPlan;
  readonly rule: ReleaseRule;
  readonly retry: RetryOptions | undefined;
  readonly validationBackend: Backend;
  readonly canPrefill: boolean;
  /** Asks the model once more. */
  readonly ask: (call: NextCall, signal: AbortSignal) => Promise<ModelOutputThunk<S>>;
  readonly signal: AbortSignal | undefined;
  /** Null when nobody listens. */
  readonly hooks: StreamHooks | null;
  readonly startedAt: number;
  readonly maxTokens: number | null;
  readonly format: OutputFormat | undefined;
}
