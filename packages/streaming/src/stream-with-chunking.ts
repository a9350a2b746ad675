import {
  type Backend,
  blockify,
  type CBlock,
  type ComponentLike,
  type Context,
  type GenerateOptions,
  type ModelOutputThunk,
  type OutputFormat,
  type Requirement,
  UnsupportedFeatureError,
} from '@melliflow/core';
import { describe, supportedBackend } from '@melliflow/core/implement';
import { CheckPlan } from './check-plan.js';
import type { ChunkingName } from './chunkers/chunking-names.js';
import type { ChunkingStrategy } from './chunkers/chunking-strategy.js';
import { type ReleaseMode, releaseRule } from './release-mode.js';
import { checkRetry, type RetryOptions } from './retry-options.js';
import { StreamChunkingResult } from './stream-chunking-result.js';
import { captureStreamHooks } from './stream-hooks.js';
import { StreamRun } from './stream-run.js';

/** How a stream is cut and checked, beside the options of its generation. */
export interface StreamWithChunkingOptions extends GenerateOptions {
  /** Checked on every chunk, and on the whole output at its end. Each is cloned for this stream. */
  requirements?: readonly Requirement[] | undefined;
  /** How the text is cut. Default `sentence`. */
  chunking?: ChunkingName | ChunkingStrategy | undefined;
  /** The backend that requirements are given to ask. Default: the one that generates. */
  validationBackend?: Backend | undefined;
  /** When readers get a chunk. Default `strict`. */
  release?: ReleaseMode | undefined;
  /** What happens after a chunk failed. Default: the stream ends. */
  retry?: RetryOptions | undefined;
}

/** Options with a format: the type of the output is the schema's. */
export interface FormattedStreamOptions<T> extends StreamWithChunkingOptions {
  format: OutputFormat<T>;
}

/**
 * Streams an output that is cut into chunks and checked chunk by chunk. Nobody sees a chunk that was not checked;
 * a chunk that fails stops the generation at once. Resolves as soon as the stream runs.
 *
 * @throws TypeError for an unknown chunking, or what is no backend or requirement; whatever a requirement's `clone()` throws.
 * @throws UnsupportedFeatureError (`unsupported_feature`) when the backend answers a stream request at once, or a
 * backend is of a contract that this core does not know.
 * @throws PluginViolationError (`plugin_violation`), PluginError (`plugin`) from plugins.
 * @throws As `Backend.generateFromContext`.
 *
 * @example
 * const stream = await streamWithChunking('Tell a story.', backend, ctx, { requirements: [new MaxSentences(3)] });
 * for await (const sentence of stream) console.log(sentence);
 */
export async function streamWithChunking<T>(
  action: ComponentLike | CBlock | string,
  backend: Backend,
  ctx: Context,
  options: FormattedStreamOptions<T>,
): Promise<StreamChunkingResult<T>>;
export async function streamWithChunking<S = string>(
  action: ComponentLike<S> | CBlock | string,
  backend: Backend,
  ctx: Context,
  options?: StreamWithChunkingOptions,
): Promise<StreamChunkingResult<S>>;
export async function streamWithChunking<S>(
  action: ComponentLike<S> | CBlock | string,
  given: Backend,
  ctx: Context,
  options: StreamWithChunkingOptions = {},
): Promise<StreamChunkingResult<S>> {
  if (typeof given?.generateFromContext !== 'function')
    throw new TypeError(`streamWithChunking: backend must be a Backend, got ${describe(given)}.`);
  const backend = supportedBackend(given);
  const { requirements = [], chunking = 'sentence', validationBackend = backend, ...more } = options;
  const { release = 'strict', retry, ...generation } = more;
  const startedAt = performance.now();
  const plan = new CheckPlan(chunking, requirements);
  const judge = supportedBackend(validationBackend);
  const rule = releaseRule(release);
  if (retry) checkRetry(retry, generation.format !== undefined);
  const first = plan.attempt();
  const modelOptions = { ...generation.modelOptions, stream: true };
  const part = blockify(action) as ComponentLike<S> | CBlock;
  const hooks = captureStreamHooks(backend);
  let thunk: ModelOutputThunk<S>;
  try {
    if (hooks) await hooks.start({ action: part, context: ctx, requirements, chunking: plan.chunking.name });
    const asked = { ...generation, modelOptions };
    [thunk] = hooks
      ? await hooks.inside(() => backend.generateFromContext<S>(part, ctx, asked))
      : await backend.generateFromContext<S>(part, ctx, asked);
    mustRun(thunk, backend);
  } catch (error) {
    if (hooks) await hooks.end({ success: false, fullText: '', failure: { error } });
    throw error;
  }
  const run = new StreamRun<S>({
    action: part,
    before: ctx,
    thunk,
    plan,
    first,
    rule,
    retry,
    validationBackend: judge,
    canPrefill: backend.capabilities.prefill,
    ask: async (next, signal) => {
      const again = { ...generation, modelOptions, signal };
      const [thunk] = await backend.generateFromContext<S>(next.action as ComponentLike<S>, next.ctx, again);
      mustRun(thunk, backend);
      return thunk;
    },
    signal: generation.signal,
    hooks,
    startedAt,
    maxTokens: (modelOptions.maxNewTokens ?? backend.modelOptions.maxNewTokens ?? null) as number | null,
    format: generation.format,
  });
  void (hooks ? hooks.inside(() => run.start()) : run.start());
  return new StreamChunkingResult(run);
}

function mustRun<S>(thunk: ModelOutputThunk<S>, { provider, modelId: model }: Backend): void {
  if (thunk.generateType === 'async' && !thunk.isComputed()) return;
  throw new UnsupportedFeatureError(
    `${provider} answered a stream request with a computed thunk; streamWithChunking needs one that runs.`,
    { provider, model },
  );
}
