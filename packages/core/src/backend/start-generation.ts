import type { CBlock } from '../content/cblock.js';
import type { ComponentLike, Part } from '../content/component.js';
import { blockify } from '../content/part.js';
import type { Context } from '../context/context.js';
import { GenerationCancelledError, InvalidRequestError } from '../errors/backend-error.js';
import type { ErrorOrigin } from '../errors/to-backend-error.js';
import { describe } from '../internal/describe.js';
import { newId } from '../internal/new-id.js';
import { newGenerateLog } from '../thunk/generate-log.js';
import { ModelOutputThunk } from '../thunk/model-output-thunk.js';
import { runGeneration } from '../thunk/run-generation.js';
import type { AbstractTool } from '../tool/abstract-tool.js';
import type { Backend } from './backend.js';
import { type CallHooks, captureCallHooks } from './call-hooks.js';
import { type CallSettings, callSettings, logOnce } from './call-settings.js';
import { collectTools } from './collect-tools.js';
import type { GenerateOptions } from './generate-options.js';
import { parseOutput } from './parse-output.js';

/** `generateFromContext`: the checks and the pre-call hook now, everything else in the background. */
export async function startGeneration<S>(
  backend: Backend,
  action: ComponentLike<S> | CBlock | string,
  ctx: Context,
  options: GenerateOptions,
): Promise<[ModelOutputThunk<S>, Context]> {
  const part = blockify(action);
  const view = viewOf(ctx, backend);
  throwIfAborted(options.signal, backend);
  let settings = callSettings(backend, options);
  const generationId = newId();
  const origin = {
    provider: backend.provider,
    model: backend.modelId,
    // Gathered for an error alone.
    get secrets() {
      return backend._secrets();
    },
  };
  const thunk = new ModelOutputThunk<S>(null);
  const after = ctx.add(part).add(thunk);
  const hooks = captureCallHooks(backend, generationId);
  if (hooks) settings = await preCall(hooks, settings, part, ctx);
  const call = { origin, part, view, ctx, settings, generationId, hooks, signal: options.signal };
  if (hooks) hooks.inside(() => run(backend, thunk, call));
  else run(backend, thunk, call);
  return [thunk, after];
}

interface Call {
  origin: ErrorOrigin;
  part: Part;
  view: readonly Part[];
  ctx: Context;
  settings: CallSettings;
  generationId: string;
  hooks: CallHooks | null;
  signal: AbortSignal | undefined;
}

function run<S>(backend: Backend, thunk: ModelOutputThunk<S>, call: Call): void {
  const { part, view, settings, generationId, hooks } = call;
  const { modelOptions, resolvedFormat } = settings;
  const streaming = modelOptions.stream === true && backend.capabilities.streaming;
  let tools: ReadonlyMap<string, AbstractTool> = new Map();
  thunk.generateLog = newGenerateLog({
    backend: backend.provider,
    modelOptions,
    action: part,
    result: thunk,
  });
  thunk.generation.warnings.push(...settings.warnings);
  for (const warning of settings.warnings) logOnce(backend, warning);
  runGeneration<S>(thunk, {
    origin: call.origin,
    streaming,
    signal: call.signal,
    prepare: () => backend.doGenerateWalks([...view, part]),
    source: (signal) => {
      if (settings.toolCalls)
        tools = collectTools(modelOptions, call.ctx.actionsForAvailableTools() ?? [], part);
      const format = resolvedFormat;
      return backend._generateFromContext({
        action: part,
        view,
        tools,
        format,
        modelOptions,
        streaming,
        signal,
        generationId,
      });
    },
    tool: (name) => tools.get(name) ?? null,
    warn: (warning) => logOnce(backend, warning),
    parse: (computed) => parseOutput(part, resolvedFormat, computed) as Promise<S>,
    completed:
      hooks &&
      ((modelOutput: ModelOutputThunk<unknown>) =>
        hooks.post('generation_post_call', { prompt: thunk.generateLog?.prompt ?? null, modelOutput })),
    failed:
      hooks &&
      ((exception, modelOutput: ModelOutputThunk<unknown>) =>
        hooks.error('generation_error', { exception, modelOutput })),
  });
}

async function preCall(
  hooks: CallHooks,
  settings: CallSettings,
  action: Part,
  context: Context,
): Promise<CallSettings> {
  try {
    return await hooks.pre('generation_pre_call', { action, context }, settings);
  } catch (error) {
    const modelOutput = new ModelOutputThunk<unknown>(null);
    await hooks.error('generation_error', { exception: error as Error, modelOutput });
    throw error;
  }
}

function viewOf(ctx: Context, backend: Backend): Part[] {
  if (typeof ctx?.viewForGeneration !== 'function') {
    throw new TypeError(`ctx must be a Context, got ${describe(ctx)}.`);
  }
  const view = ctx.viewForGeneration();
  if (view !== null) return view;
  throw new InvalidRequestError('The context gives no view to generate from.', {
    provider: backend.provider,
    model: backend.modelId,
  });
}

/**
 * @throws GenerationCancelledError (`generation_cancelled`) when `signal` is aborted already (contract 4.6).
 * @throws TypeError when it is no signal.
 */
export function throwIfAborted(signal: AbortSignal | undefined, { provider, modelId: model }: Backend): void {
  if (signal === undefined) return;
  if (typeof signal?.addEventListener !== 'function') {
    throw new TypeError(`signal must be an AbortSignal, got ${describe(signal)}.`);
  }
  if (!signal.aborted) return;
  const message = `${provider}: the signal was aborted before the request.`;
  throw new GenerationCancelledError(message, { provider, model, cause: signal.reason });
}
