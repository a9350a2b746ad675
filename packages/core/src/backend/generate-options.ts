import type { ModelOptions } from './model-options.js';
import type { OutputFormat } from './output-format.js';

/** What a single call may be given. */
export interface GenerateOptions {
  /** The form of the output; `parsedRepr` is then its validated value. */
  format?: OutputFormat | undefined;
  modelOptions?: ModelOptions | undefined;
  /** Whether the tools of the action, the context and the options are offered. Default false. */
  toolCalls?: boolean | undefined;
  /** Aborting it ends the generation with `GenerationCancelledError`. */
  signal?: AbortSignal | undefined;
}
