import type { TokenUsage } from '@melliflow/core';

/**
 * How much of a usage was really spent, from 0 to 1: an answer from a cache keeps the usage of its making, and says in
 * `details.tokensFromCache` what nobody spent again.
 */
export function spentShare({ totalTokens, details }: TokenUsage): number {
  const fromCache = details?.tokensFromCache ?? 0;
  return totalTokens > 0 ? Math.max(0, 1 - fromCache / totalTokens) : 1;
}
