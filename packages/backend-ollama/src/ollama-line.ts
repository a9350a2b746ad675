/** The part of a reply's line that is read; servers send more. */
export interface OllamaLine {
  readonly model?: unknown;
  readonly error?: unknown;
  /** Of a chat. */
  readonly message?: OllamaMessage | null | undefined;
  /** Of a raw prompt. */
  readonly response?: unknown;
  readonly thinking?: unknown;
  readonly logprobs?: unknown;
  /** Whether this is the last line. */
  readonly done?: unknown;
  readonly done_reason?: unknown;
  readonly prompt_eval_count?: unknown;
  readonly eval_count?: unknown;
}

export interface OllamaMessage {
  readonly content?: unknown;
  readonly thinking?: unknown;
  readonly tool_calls?: readonly OllamaToolCall[] | null | undefined;
}

export interface OllamaToolCall {
  readonly id?: unknown;
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown } | null | undefined;
}
