/** The part of a chunk that is read; servers send more. */
export interface WireChunk {
  readonly id?: unknown;
  readonly model?: unknown;
  /** What watsonx calls it. */
  readonly model_id?: unknown;
  /** By which some servers are known. */
  readonly system_fingerprint?: unknown;
  readonly usage?: unknown;
  readonly choices?: readonly WireChoice[] | null | undefined;
}

export interface WireChoice {
  readonly index?: number | undefined;
  readonly delta?: WireDelta | null | undefined;
  readonly logprobs?: unknown;
  readonly finish_reason?: unknown;
}

export interface WireDelta {
  readonly content?: unknown;
  readonly refusal?: string | null | undefined;
  readonly reasoning_content?: unknown;
  readonly reasoning?: unknown;
  readonly tool_calls?: readonly WireToolCall[] | null | undefined;
  readonly function_call?: WireFunction | null | undefined;
}

export interface WireToolCall {
  readonly index?: number | undefined;
  readonly id?: string | null | undefined;
  readonly function?: WireFunction | null | undefined;
}

export interface WireFunction {
  readonly name?: string | null | undefined;
  /** JSON, or a piece of it; some servers give the object. */
  readonly arguments?: string | object | null | undefined;
}
