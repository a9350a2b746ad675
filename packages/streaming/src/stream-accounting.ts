import type { TokenUsage } from '@melliflow/core';
import type { StreamAttempt } from './stream-attempt.js';

/** What an attempt cost, and why it ended. */
export interface AttemptReport {
  /** From 1. */
  readonly attempt: number;
  /** As the provider told; else reckoned at four characters a token, and then `estimated` is true. */
  readonly usage: TokenUsage;
  /** UTF-16 units that the model wrote in it, shown or not. */
  readonly textLength: number;
  /** Why it failed; null when no check did. */
  readonly reason: string | null;
  readonly durationMs: number;
  /**
   * Tokens and time that stopping early saved at most: what was left of `maxNewTokens`, at the speed at which the
   * model wrote. Null where the model came to its end, or where no limit was given.
   */
  readonly saved: { readonly tokens: number; readonly ms: number } | null;
}

/** What a stream cost and what came of it. */
export interface StreamAccount {
  /** `unchecked`: it came to its end and nothing was required. Null while it runs. */
  readonly verdict: 'passed' | 'failed' | 'unchecked' | 'cancelled' | 'error' | null;
  /** Those that ended. */
  readonly attempts: number;
  /** Of all attempts together, without judges; `estimated` when one of them is. */
  readonly usage: TokenUsage;
  /**
   * Of the models that were asked for verdicts, on chunks and on the whole: as far as the verdicts name a `thunk` and its
   * provider told. Null when none did. What was asked in vain, since the stream ended first, is not in it.
   */
  readonly judges: TokenUsage | null;
  /** From the call to the first chunk that passed, of any channel and attempt; null when none did. */
  readonly timeToFirstChunkMs: number | null;
  /** As of the attempts, together; null when none of them saved. */
  readonly saved: AttemptReport['saved'];
}

/** About so many characters are a token; it differs by model and language. */
const CHARACTERS_PER_TOKEN = 4;

export function reportOf(
  { number, thunk, startedAt }: StreamAttempt<unknown>,
  maxTokens: number | null,
  reason: string | null,
): AttemptReport {
  const usage = thunk.generation.usage ?? estimated(thunk);
  const durationMs = performance.now() - startedAt;
  const left = maxTokens === null ? 0 : maxTokens - usage.completionTokens;
  const stopped = thunk.cancelled && left > 0 && usage.completionTokens > 0;
  const writingMs = durationMs - (thunk.generation.ttfbMs ?? 0);
  const ms = (left / usage.completionTokens) * writingMs;
  return {
    attempt: number,
    usage,
    textLength: thunk.partialValue.length,
    reason,
    durationMs,
    saved: stopped ? { tokens: left, ms } : null,
  };
}

export function sumOf(
  reports: readonly AttemptReport[],
): Pick<StreamAccount, 'attempts' | 'usage' | 'saved'> {
  const usage = sumOfUsage(reports.map((report) => report.usage));
  let saved: { tokens: number; ms: number } | null = null;
  for (const report of reports) {
    if (!report.saved) continue;
    const before: { tokens: number; ms: number } = saved ?? { tokens: 0, ms: 0 };
    saved = { tokens: before.tokens + report.saved.tokens, ms: before.ms + report.saved.ms };
  }
  return { attempts: reports.length, usage, saved };
}

export function sumOfUsage(usages: readonly TokenUsage[]): TokenUsage {
  const sum: TokenUsage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };
  for (const usage of usages) {
    sum.promptTokens += usage.promptTokens;
    sum.completionTokens += usage.completionTokens;
    sum.totalTokens += usage.totalTokens;
    if (usage.estimated) sum.estimated = true;
  }
  return sum;
}

function estimated({ partialValue, thinking, generateLog }: StreamAttempt<unknown>['thunk']): TokenUsage {
  const prompt = generateLog?.prompt ?? '';
  const asked = typeof prompt === 'string' ? [prompt] : prompt.map(({ content }) => content);
  const promptTokens = tokens(asked.reduce((sum, text) => sum + text.length, 0));
  const completionTokens = tokens(partialValue.length + (thinking?.length ?? 0));
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens, estimated: true };
}

function tokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}
