import type { TokenLogprob } from '@melliflow/core';

interface WireToken {
  token: string;
  logprob: number;
  top_logprobs?: readonly { token: string; logprob: number }[] | null;
}

/** The log probabilities of a line: `[{ token, logprob, top_logprobs }]`. */
export function fromOllamaLogprobs(logprobs: unknown): TokenLogprob[] {
  if (!Array.isArray(logprobs)) return [];
  return logprobs.map(({ token, logprob, top_logprobs }: WireToken) => ({
    token,
    logprob,
    ...(top_logprobs?.length && {
      top: top_logprobs.map((top) => ({ token: top.token, logprob: top.logprob })),
    }),
  }));
}
