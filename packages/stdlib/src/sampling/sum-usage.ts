import type { TokenUsage } from '@melliflow/core';

/** The tokens of all together; null when none was told. One that was reckoned makes the sum reckoned. */
export function sumUsage(usages: readonly (TokenUsage | null | undefined)[]): TokenUsage | null {
  const told = usages.filter((usage) => usage != null);
  if (told.length === 0) return null;
  const sum: TokenUsage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };
  for (const { promptTokens, completionTokens, totalTokens, details, estimated } of told) {
    sum.promptTokens += promptTokens;
    sum.completionTokens += completionTokens;
    sum.totalTokens += totalTokens;
    if (estimated) sum.estimated = true;
    for (const [name, count] of Object.entries(details ?? {})) {
      sum.details ??= {};
      sum.details[name] = (sum.details[name] ?? 0) + count;
    }
  }
  return sum;
}
