import type { Backend, Context, ModelOutputThunk } from '@melliflow/core';
import type { OwnChunk } from './channel-flow.js';
import type { AttemptPlan } from './check-plan.js';
import type { ChunkingStrategy } from './chunkers/chunking-strategy.js';
import type { Joint } from './joint.js';
import type { JudgeUsage } from './judge-usage.js';
import type { Outbox } from './outbox.js';
import type { ReleaseRule } from './release-mode.js';
import type { RetryOptions } from './retry-options.js';

/** What an attempt is made of. */
export interface StreamAttemptInit<S> {
  readonly number: number;
  readonly thunk: ModelOutputThunk<S>;
  readonly plan: AttemptPlan;
  readonly chunking: ChunkingStrategy;
  readonly rule: ReleaseRule;
  readonly retry: RetryOptions | undefined;
  readonly validationBackend: Backend;
  /** The context with the action. */
  readonly ctx: Context;
  /** Aborts when the whole stream stops. */
  readonly stop: AbortSignal;
  readonly outbox: Outbox;
  readonly judging: JudgeUsage;
  /** Told of each chunk that passed. */
  readonly passed: () => void;
  /** Told of a chunk of the text that passed, of what stands between the one before and it, and of what it was cut of. */
  readonly textPassed: (chunk: OwnChunk, separator: string, source: string) => void;
  /** Told of text that passed, wherever chunks end; null when nobody wants to know before its chunk is out. */
  readonly cleared: ((text: string) => void) | null;
  /** Told when somebody else cancels the thunk. */
  readonly cancelled: (thunk: ModelOutputThunk<unknown>, reason: unknown) => Promise<void>;
  /** Puts the continuation behind the kept text; null for a text of its own. */
  readonly joint: Joint | null;
  /** How many chunks former attempts have shown, of those that stand. */
  readonly firstIndex: number;
}
