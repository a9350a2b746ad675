/** What a backend can do, as public data. An option that needs what is false gives a warning on the result. */
export interface BackendCapabilities {
  /** Text arrives in pieces. Default true. If false: `stream` is refused with a warning, the text comes at the end. */
  readonly streaming: boolean;
  /** `generateFromRaw` works. Default true. If false: it rejects with `UnsupportedFeatureError`. */
  readonly raw: boolean;
  /** One call takes a whole raw batch. Default false: one call per action, `maxConcurrency` at a time. */
  readonly rawBatch: boolean;
  /** The wire constrains the output to a format. Default false: the output is only checked against it afterwards. */
  readonly format: boolean;
  /** Tools can be offered. Default false: they are left out with a warning. */
  readonly tools: boolean;
  /** `toolChoice` is honoured. Default false. */
  readonly toolChoice: boolean;
  /** Images can be shown. Default false. */
  readonly images: boolean;
  /** `thinking` is honoured and reasoning is told apart from text. Default false. */
  readonly thinking: boolean;
  /** `logprobs` is honoured. Default false. */
  readonly logprobs: boolean;
  /** `seed` is honoured. Default false. */
  readonly seed: boolean;
  /** A last assistant message is continued. Default false. */
  readonly prefill: boolean;
}

export const defaultCapabilities: BackendCapabilities = {
  streaming: true,
  raw: true,
  rawBatch: false,
  format: false,
  tools: false,
  toolChoice: false,
  images: false,
  thinking: false,
  logprobs: false,
  seed: false,
  prefill: false,
};
