/** The part of a chunk that is read; servers send more. */
export interface OpenAIChunk {
  readonly id?: unknown;
  readonly model?: unknown;
  readonly error?: unknown;
  readonly usage?: unknown;
  readonly choices?: readonly OpenAIChoice[] | null | undefined;
}

export interface OpenAIChoice {
  readonly index?: number | undefined;
  readonly delta?: OpenAIDelta | null | undefined;
  readonly logprobs?: unknown;
  readonly finish_reason?: unknown;
}

export interface OpenAIDelta {
  readonly content?: unknown;
  readonly refusal?: string | null | undefined;
  readonly reasoning_content?: unknown;
  readonly reasoning?: unknown;
  readonly tool_calls?: readonly OpenAIToolCall[] | null | undefined;
}

export interface OpenAIToolCall {
  readonly index?: number | undefined;
  readonly id?: string | null | undefined;
  readonly function?:
    | { readonly name?: string | null; readonly arguments?: string | null }
    | null
    | undefined;
}
