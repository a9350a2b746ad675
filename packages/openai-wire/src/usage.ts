import type { TokenUsage } from '@melliflow/core';

/** The tokens that a reply counts; null where it counts none. */
export function fromWireUsage(usage: unknown): TokenUsage | null {
  if (!isRecord(usage)) return null;
  const promptTokens = count(usage.prompt_tokens);
  const completionTokens = count(usage.completion_tokens);
  const details = merged(counts(usage.prompt_tokens_details), counts(usage.completion_tokens_details));
  return {
    promptTokens,
    completionTokens,
    totalTokens: count(usage.total_tokens) || promptTokens + completionTokens,
    ...(Object.keys(details).length > 0 && { details }),
  };
}

/** A name that both have (`audio_tokens`) stands for both, and for each with `prompt_` or `completion_` before it. */
function merged(prompt: Record<string, number>, completion: Record<string, number>): Record<string, number> {
  const both = Object.keys(prompt).filter((name) => Object.hasOwn(completion, name));
  return Object.assign(
    { ...prompt, ...completion },
    ...both.map((name) => ({
      [name]: (prompt[name] ?? 0) + (completion[name] ?? 0),
      [`prompt_${name}`]: prompt[name],
      [`completion_${name}`]: completion[name],
    })),
  );
}

function counts(details: unknown): Record<string, number> {
  if (!isRecord(details)) return {};
  const known = Object.entries(details).filter(([, value]) => typeof value === 'number');
  return Object.fromEntries(known) as Record<string, number>;
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
