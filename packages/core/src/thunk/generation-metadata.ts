/** Tokens of one generation. */
export interface TokenUsage {
  promptTokens: number;
  completionTokens: number;
  totalTokens: number;
  /** Finer counts by the provider's names, such as reasoning tokens. */
  details?: Record<string, number> | undefined;
  /** True when the provider gave none and these are reckoned. */
  estimated?: boolean | undefined;
}

/** Why a generation ended. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'time_limit' | 'other';

/** The log probability of one generated token. */
export interface TokenLogprob {
  token: string;
  logprob: number;
  /** The likeliest tokens at this place, if asked for. */
  top?: readonly { token: string; logprob: number }[] | undefined;
}

/** Something that was asked and not done, or done otherwise. */
export interface GenerationWarning {
  kind: 'unsupported' | 'changed' | 'deprecated' | 'other';
  /** The option that it is about. */
  option?: string | undefined;
  message: string;
}

/** What is known of how an output came about. */
export interface GenerationMetadata {
  usage: TokenUsage | null;
  /** The model that answered, by its provider's name. */
  model: string | null;
  provider: string | null;
  /** Time to the first output, in streaming generations only. */
  ttfbMs: number | null;
  /** When each output came, from the call on: in streaming generations that plugins listen to. */
  chunkTimesMs?: number[] | undefined;
  streaming: boolean;
  finishReason: FinishReason | null;
  /** The provider's name for the reply. */
  responseId: string | null;
  logprobs: TokenLogprob[] | null;
  warnings: GenerationWarning[];
}

/** Metadata of an output of which nothing is known yet. */
export function emptyMetadata(): GenerationMetadata {
  return {
    usage: null,
    model: null,
    provider: null,
    ttfbMs: null,
    streaming: false,
    finishReason: null,
    responseId: null,
    logprobs: null,
    warnings: [],
  };
}
