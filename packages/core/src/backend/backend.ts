import type { CBlock } from '../content/cblock.js';
import type { ComponentLike, Part } from '../content/component.js';
import type { Context } from '../context/context.js';
import type { BackendError } from '../errors/backend-error.js';
import type { Formatter } from '../formatter/formatter.js';
import { coreVersion } from '../internal/core-version.js';
import { supportedBackend } from '../internal/supported-backend.js';
import type { GenerationEvent } from '../thunk/generation-event.js';
import { type ModelOutputThunk, waitForAllMots } from '../thunk/model-output-thunk.js';
import type { ContextCall, RawCall, RawItem } from './author-contract.js';
import { type BackendCapabilities, defaultCapabilities } from './backend-capabilities.js';
import type { GenerateOptions } from './generate-options.js';
import { walkAll } from './generate-walk.js';
import type { ModelOptions } from './model-options.js';
import type { OutputFormat } from './output-format.js';
import { runRawBatch } from './run-raw-batch.js';
import { startGeneration } from './start-generation.js';

/** Options with a format: the type of the output is the schema's. */
export interface FormattedGenerateOptions<T> extends GenerateOptions {
  format: OutputFormat<T>;
}

/**
 * A way to a model. The public methods own checks, hooks, the walk, tools, the thunk and cancellation; an author
 * writes only the underscored ones.
 *
 * @example
 * class EchoBackend extends Backend {
 *   readonly provider = 'echo';
 *   readonly modelId = 'echo-1';
 *   async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
 *     yield { type: 'text', text: String(call.action) };
 *     yield { type: 'finish', reason: 'stop' };
 *   }
 *   async _generateFromRaw(call: RawCall): Promise<RawItem[]> {
 *     return call.actions.map((action) => ({ text: String(action), finishReason: 'stop' }));
 *   }
 * }
 */
export abstract class Backend {
  /** The version of this contract that the backend is written for: a published backend says it itself. */
  readonly contract: 1 = 1;
  /** The provider's name, such as `openai`: in metadata, errors and `providerOptions`. */
  abstract readonly provider: string;
  abstract readonly modelId: string;
  readonly capabilities: BackendCapabilities = defaultCapabilities;
  /** The options of every call, unless the call gives others. */
  readonly modelOptions: ModelOptions = {};
  /** Renders components for the wire; null when the backend takes no components. */
  readonly formatter: Formatter | null = null;
  /** How many calls of one raw batch run at once where the wire takes no batch. */
  readonly maxConcurrency: number = 8;

  /** Tells what the model generates. The signal's abort must end it; `finish` comes last (contract 4.8). */
  abstract _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent>;

  /** The version of core that the backend runs on. */
  get coreVersion(): string {
    return coreVersion;
  }

  /** One item or error per action, in order. */
  abstract _generateFromRaw(call: RawCall): Promise<readonly (RawItem | BackendError)[]>;

  /** Credentials that the backend holds: taken out of the text of foreign errors. */
  _secrets(): readonly string[] {
    return [];
  }

  /**
   * Starts a generation for `action` in `ctx` and gives its thunk and the context after it; `ctx` stays as it is.
   *
   * @throws TypeError for an action, context, option or format that is none.
   * @throws InvalidRequestError (`invalid_request`) when the context gives no view.
   * @throws GenerationCancelledError (`generation_cancelled`) when the signal is aborted already.
   * @throws PluginViolationError (`plugin_violation`), PluginError (`plugin`) from plugins.
   */
  async generateFromContext<T>(
    action: ComponentLike | CBlock | string,
    ctx: Context,
    options: FormattedGenerateOptions<T>,
  ): Promise<[ModelOutputThunk<T>, Context]>;
  async generateFromContext<S = string>(
    action: ComponentLike<S> | CBlock | string,
    ctx: Context,
    options?: GenerateOptions,
  ): Promise<[ModelOutputThunk<S>, Context]>;
  async generateFromContext<S>(
    action: ComponentLike<S> | CBlock | string,
    ctx: Context,
    options: GenerateOptions = {},
  ): Promise<[ModelOutputThunk<S>, Context]> {
    return startGeneration(supportedBackend(this), action, ctx, options);
  }

  /**
   * Generates for each action by itself, without context and chat template: one computed thunk per action, in order.
   *
   * @throws BatchGenerationError (`batch_generation`) when anything fails; it keeps every item's outcome.
   * @throws UnsupportedFeatureError (`unsupported_feature`) when the backend has no raw generation.
   */
  async generateFromRaw<T>(
    actions: readonly (ComponentLike | CBlock | string)[],
    ctx: Context,
    options: FormattedGenerateOptions<T>,
  ): Promise<ModelOutputThunk<T>[]>;
  async generateFromRaw<S = string>(
    actions: readonly (ComponentLike<S> | CBlock | string)[],
    ctx: Context,
    options?: GenerateOptions,
  ): Promise<ModelOutputThunk<S>[]>;
  async generateFromRaw<S>(
    actions: readonly (ComponentLike<S> | CBlock | string)[],
    _ctx: Context,
    options: GenerateOptions = {},
  ): Promise<ModelOutputThunk<S>[]> {
    return runRawBatch(supportedBackend(this), actions, options);
  }

  /** Waits for the uncomputed thunks that `action` is made of. */
  async doGenerateWalk(action: Part): Promise<void> {
    await this.doGenerateWalks([action]);
  }

  /** Waits for the uncomputed thunks of all; the first failure rejects, after the others have settled. */
  async doGenerateWalks(actions: readonly Part[]): Promise<void> {
    const thunks = walkAll(actions);
    if (thunks.length > 0) await waitForAllMots(thunks);
  }
}
