import type { ModelOutputThunk, TokenUsage } from '@melliflow/core';
import type { Attributes } from '@opentelemetry/api';

/** The tokens of all outputs of one call together. */
export interface TokenCounts {
  input: number;
  output: number;
  /** Of them, those that a provider counted and somebody pays for: neither reckoned by us nor from our cache. */
  paidInput: number;
  paidOutput: number;
  /** Finer counts, by the conventions' names. */
  readonly finer: Attributes;
}

/** Finer counts by the names that providers of OpenAI's wire give them. */
const finerCounts: Readonly<Record<string, string>> = {
  cached_tokens: 'gen_ai.usage.cache_read.input_tokens',
  reasoning_tokens: 'gen_ai.usage.reasoning.output_tokens',
};

/** Null when no provider told any. */
export function countTokens(outputs: readonly ModelOutputThunk<unknown>[]): TokenCounts | null {
  const usages = outputs.flatMap(({ generation }) => generation.usage ?? []);
  if (usages.length === 0) return null;
  const finer: Record<string, number> = {};
  const counts: TokenCounts = { input: 0, output: 0, paidInput: 0, paidOutput: 0, finer };
  for (const usage of usages) {
    counts.input += usage.promptTokens;
    counts.output += usage.completionTokens;
    const share = paidShare(usage);
    counts.paidInput += Math.round(usage.promptTokens * share);
    counts.paidOutput += Math.round(usage.completionTokens * share);
    for (const [name, count] of Object.entries(usage.details ?? {})) {
      const attribute = finerCounts[name];
      if (attribute !== undefined) finer[attribute] = (finer[attribute] ?? 0) + count;
    }
  }
  return counts;
}

/** From 0 to 1: behind a fallback, attempts that failed may be paid for, and the answer come from a cache. */
function paidShare({ estimated, details, totalTokens }: TokenUsage): number {
  if (estimated) return 0;
  const fromCache = details?.tokensFromCache;
  return fromCache === undefined ? 1 : Math.max(0, 1 - fromCache / Math.max(1, totalTokens));
}
