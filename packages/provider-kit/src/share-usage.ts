import type { TokenUsage } from '@melliflow/core';

/**
 * Shares the usage of a whole batch among its items, for wires that count only the batch: prompt tokens by the
 * lengths of the prompts, completion tokens by those of the texts. The shares are whole numbers, add up to what was
 * counted and say `estimated`; a batch of one keeps what was counted.
 */
export function shareUsage(
  total: TokenUsage,
  items: readonly { readonly prompt: string; readonly text: string }[],
): TokenUsage[] {
  if (items.length === 1) return [total];
  const prompts = share(
    total.promptTokens,
    items.map(({ prompt }) => prompt.length),
  );
  const completions = share(
    total.completionTokens,
    items.map(({ text }) => text.length),
  );
  return items.map((_, i) => {
    const promptTokens = prompts[i] ?? 0;
    const completionTokens = completions[i] ?? 0;
    return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens, estimated: true };
  });
}

/** Whole shares of `total` by weight: each gets what the weights up to it have earned and nobody had before. */
function share(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  let earned = 0;
  let given = 0;
  return weights.map((weight) => {
    earned += sum === 0 ? 1 / weights.length : weight / sum;
    const part = Math.round(total * earned) - given;
    given += part;
    return part;
  });
}
