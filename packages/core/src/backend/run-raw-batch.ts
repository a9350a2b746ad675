import type { CBlock } from '../content/cblock.js';
import type { ComponentLike, Part } from '../content/component.js';
import { blockify } from '../content/part.js';
import {
  BackendError,
  GenerationCancelledError,
  MalformedResponseError,
  UnsupportedFeatureError,
} from '../errors/backend-error.js';
import { BatchGenerationError } from '../errors/program-errors.js';
import { toBackendError } from '../errors/to-backend-error.js';
import { DETACHED, linkAbort, untilAborted, withGrace } from '../internal/abort.js';
import { describe } from '../internal/describe.js';
import { newId } from '../internal/new-id.js';
import { newGenerateLog } from '../thunk/generate-log.js';
import type { TokenUsage } from '../thunk/generation-metadata.js';
import { ModelOutputThunk } from '../thunk/model-output-thunk.js';
import type { RawItem } from './author-contract.js';
import type { Backend } from './backend.js';
import { CallHooks } from './call-hooks.js';
import { type CallSettings, callSettings, logOnce } from './call-settings.js';
import type { GenerateOptions } from './generate-options.js';
import { parseOutput } from './parse-output.js';
import { throwIfAborted } from './start-generation.js';

/** How long a call that ignores its signal may hold up an aborted batch. */
const GRACE_MS = 1000;

type Answer = RawItem | Error | undefined;

/** `generateFromRaw`: one computed thunk per action, in order, or `BatchGenerationError` with every outcome. */
export async function runRawBatch<S>(
  backend: Backend,
  actions: readonly (ComponentLike<S> | CBlock | string)[],
  options: GenerateOptions,
): Promise<ModelOutputThunk<S>[]> {
  if (!Array.isArray(actions)) throw new TypeError(`actions must be an array, got ${describe(actions)}.`);
  if (actions.length === 0) return [];
  const parts = actions.map((action) => blockify(action));
  const origin = { provider: backend.provider, model: backend.modelId };
  if (!backend.capabilities.raw)
    throw new UnsupportedFeatureError(`${origin.provider} has no raw generation.`, origin);
  throwIfAborted(options.signal, backend);
  let settings = callSettings(backend, options);
  const hooks = CallHooks.capture(backend);
  const generationId = newId();
  try {
    if (hooks) {
      const { modelOptions, format, toolCalls } = settings;
      const payload = {
        generationId,
        actions: parts,
        numActions: parts.length,
        modelOptions,
        format,
        toolCalls,
      };
      settings = await hooks.pre('generation_batch_pre_call', { ...payload, ...origin }, settings);
    }
    for (const warning of settings.warnings) logOnce(backend, warning);
    const answers = await askFor(backend, parts, settings, generationId, options.signal);
    const outcomes = await Promise.all(
      parts.map((part, i) => toThunk<S>(backend, part, answers[i], settings)),
    );
    throwIfAnyFailed(outcomes);
    const thunks = outcomes as ModelOutputThunk<S>[];
    await hooks?.post('generation_batch_post_call', () => {
      const facts = { generationId, ...origin, latencyMs: hooks.latencyMs() };
      return { ...facts, modelOutputs: thunks as ModelOutputThunk<unknown>[], usage: summedUsage(thunks) };
    });
    return thunks;
  } catch (error) {
    const exception = error as Error;
    await hooks?.error('generation_batch_error', () => {
      return { generationId, exception, ...origin, latencyMs: hooks.latencyMs() };
    });
    throw error;
  }
}

/** The answers of the author's method, or the same error for every action. */
async function askFor(
  backend: Backend,
  actions: readonly Part[],
  { modelOptions, resolvedFormat: format }: CallSettings,
  generationId: string,
  outer: AbortSignal | undefined,
): Promise<readonly Answer[]> {
  const origin = { provider: backend.provider, model: backend.modelId, secrets: backend._secrets() };
  const controller = new AbortController();
  const { signal } = controller;
  const cancelled = (): Error =>
    new GenerationCancelledError(`${origin.provider}: the batch was cancelled.`, {
      ...origin,
      cause: signal.reason,
    });
  const unlink = linkAbort(outer, controller);
  const ask = async (): Promise<readonly Answer[]> => {
    await untilAborted(backend.doGenerateWalks(actions), signal);
    if (signal.aborted) throw cancelled();
    const { maxConcurrency } = backend;
    return backend._generateFromRaw({ actions, format, modelOptions, maxConcurrency, signal, generationId });
  };
  try {
    const answers = await withGrace(ask(), signal, GRACE_MS);
    if (answers === DETACHED) return actions.map(cancelled);
    return actions.map((_, i) => answers[i] ?? (signal.aborted ? cancelled() : undefined));
  } catch (error) {
    const failure = signal.aborted ? cancelled() : toBackendError(error, origin);
    return actions.map(() => failure);
  } finally {
    unlink();
  }
}

async function toThunk<S>(
  backend: Backend,
  action: Part,
  answer: Answer,
  settings: CallSettings,
): Promise<ModelOutputThunk<S> | Error> {
  const origin = { provider: backend.provider, model: backend.modelId };
  if (answer instanceof Error || BackendError.is(answer)) return answer;
  if (typeof answer?.text !== 'string') {
    return new MalformedResponseError(`${origin.provider}: the batch has no text for an action.`, origin);
  }
  const thunk = ModelOutputThunk.computed<S>(answer.text);
  thunk.thinking = answer.thinking ?? null;
  const { modelOptions } = settings;
  thunk.generateLog = newGenerateLog({ backend: backend.provider, modelOptions, action, result: thunk });
  thunk.generateLog.prompt = answer.prompt ?? null;
  thunk.generateLog.modelOutput = answer.text;
  Object.assign(thunk.generation, {
    provider: origin.provider,
    model: answer.model ?? origin.model,
    usage: answer.usage ?? null,
    finishReason: answer.finishReason,
    responseId: answer.responseId ?? null,
    logprobs: answer.logprobs ? [...answer.logprobs] : null,
    warnings: [...settings.warnings, ...(answer.warnings ?? [])],
  });
  for (const warning of answer.warnings ?? []) logOnce(backend, warning);
  try {
    thunk.parsedRepr = (await parsed(backend, action, thunk as unknown as ModelOutputThunk, settings)) as S;
    return thunk;
  } catch (error) {
    return error as Error;
  }
}

/** A format that the wire cannot honour is a warning, not an error: then the text stays readable without it. */
async function parsed(
  backend: Backend,
  action: Part,
  thunk: ModelOutputThunk,
  { resolvedFormat }: CallSettings,
): Promise<unknown> {
  if (!resolvedFormat || backend.capabilities.format) return parseOutput(action, resolvedFormat, thunk);
  try {
    return await parseOutput(action, resolvedFormat, thunk);
  } catch {
    return parseOutput(action, null, thunk);
  }
}

function throwIfAnyFailed(outcomes: readonly (object | Error)[]): void {
  const errors = outcomes.filter((outcome) => outcome instanceof Error);
  if (errors.length === 0) return;
  const message = `${errors.length} of ${outcomes.length} actions failed; the first: ${errors[0]?.message}`;
  throw new BatchGenerationError(message, { results: outcomes, cause: errors[0] });
}

function summedUsage(thunks: readonly ModelOutputThunk<unknown>[]): TokenUsage | null {
  const usages = thunks.flatMap((thunk) => thunk.generation.usage ?? []);
  if (usages.length === 0) return null;
  const sum = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };
  for (const usage of usages) {
    sum.promptTokens += usage.promptTokens;
    sum.completionTokens += usage.completionTokens;
    sum.totalTokens += usage.totalTokens;
  }
  return sum;
}
