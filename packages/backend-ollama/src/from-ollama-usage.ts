import type { TokenUsage } from '@melliflow/core';
import type { OllamaLine } from './ollama-line.js';

/** The tokens that the last line counts; null where it counts none. A prompt that was in the cache has no count. */
export function fromOllamaUsage({ prompt_eval_count, eval_count }: OllamaLine): TokenUsage | null {
  const [promptTokens, completionTokens] = [count(prompt_eval_count), count(eval_count)];
  if (promptTokens === null && completionTokens === null) return null;
  const [prompt, completion] = [promptTokens ?? 0, completionTokens ?? 0];
  return {
    promptTokens: prompt,
    completionTokens: completion,
    totalTokens: prompt + completion,
    ...((promptTokens === null || completionTokens === null) && { estimated: true }),
  };
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
