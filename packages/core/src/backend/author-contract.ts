import type { Part } from '../content/component.js';
import type {
  FinishReason,
  GenerationWarning,
  TokenLogprob,
  TokenUsage,
} from '../thunk/generation-metadata.js';
import type { AbstractTool } from '../tool/abstract-tool.js';
import type { ModelOptions } from './model-options.js';
import type { ResolvedFormat } from './output-format.js';

/** What an author's `_generateFromContext` gets: checked, merged, and with every thunk in it computed. */
export interface ContextCall {
  readonly action: Part;
  /** What of the context a model is shown, oldest first, without the action. */
  readonly view: readonly Part[];
  /** The tools to offer, by name; empty unless the call asked for tools. */
  readonly tools: ReadonlyMap<string, AbstractTool>;
  readonly format: ResolvedFormat | null;
  /** The backend's options with the call's over them. */
  readonly modelOptions: ModelOptions;
  /** Whether text is wanted as it comes. */
  readonly streaming: boolean;
  /** Aborts on a cancel and when the caller's signal does. */
  readonly signal: AbortSignal;
  readonly generationId: string;
}

/** What an author's `_generateFromRaw` gets. */
export interface RawCall {
  readonly actions: readonly Part[];
  readonly format: ResolvedFormat | null;
  readonly modelOptions: ModelOptions;
  /** How many calls may run at once where the wire takes no batch. */
  readonly maxConcurrency: number;
  readonly signal: AbortSignal;
  readonly generationId: string;
}

/** The output of one action of a raw batch. */
export interface RawItem {
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly usage?: TokenUsage | undefined;
  readonly thinking?: string | undefined;
  readonly logprobs?: readonly TokenLogprob[] | undefined;
  readonly responseId?: string | undefined;
  /** Who answered, when it is not the backend's own provider. */
  readonly provider?: string | undefined;
  /** The model that answered, when it is not the one that was asked. */
  readonly model?: string | undefined;
  /** What was sent, for the log. */
  readonly prompt?: string | undefined;
  readonly warnings?: readonly GenerationWarning[] | undefined;
  /** Whether the text was held to the call's format; if not, one that does not fit is no failure. Default: `capabilities.format`. */
  readonly constrained?: boolean | undefined;
}
