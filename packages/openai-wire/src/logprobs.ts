import type { TokenLogprob } from '@melliflow/core';

interface ChatToken {
  token: string;
  logprob: number;
  top_logprobs?: readonly { token: string; logprob: number }[] | null;
}

/** The log probabilities of a chat: `{ content: [{ token, logprob, top_logprobs }] }`. */
export function fromChatLogprobs(logprobs: unknown): TokenLogprob[] {
  const { content } = (logprobs ?? {}) as { content?: readonly ChatToken[] | null };
  if (!Array.isArray(content)) return [];
  return content.map(({ token, logprob, top_logprobs }: ChatToken) => ({
    token,
    logprob,
    ...(top_logprobs?.length && {
      top: top_logprobs.map((top) => ({ token: top.token, logprob: top.logprob })),
    }),
  }));
}

interface RawLogprobs {
  tokens?: readonly string[];
  token_logprobs?: readonly (number | null)[];
  top_logprobs?: readonly (Readonly<Record<string, number>> | null)[] | null;
}

/** Those of a raw completion: lists side by side. A token without one (the prompt's first) is left out. */
export function fromRawLogprobs(logprobs: unknown): TokenLogprob[] | undefined {
  const { tokens, token_logprobs, top_logprobs } = (logprobs ?? {}) as RawLogprobs;
  if (!Array.isArray(tokens)) return undefined;
  return tokens.flatMap((token, i) => {
    const logprob = token_logprobs?.[i];
    if (typeof logprob !== 'number') return [];
    const top = Object.entries(top_logprobs?.[i] ?? {}).map(([name, value]) => ({
      token: name,
      logprob: value,
    }));
    return [{ token, logprob, ...(top.length > 0 && { top }) }];
  });
}
