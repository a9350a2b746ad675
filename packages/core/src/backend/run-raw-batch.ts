import type { CBlock } from '../content/cblock.js';
import type { ComponentLike, Part } from '../content/component.js';
import { blockify } from '../content/part.js';
import {
  GenerationCancelledError,
  MalformedResponseError,
  UnsupportedFeatureError,
} from '../errors/backend-error.js';
import { BatchGenerationError } from '../errors/program-errors.js';
import { type ErrorOrigin, toBackendError } from '../errors/to-backend-error.js';
import { DETACHED, withGrace } from '../internal/abort.js';
import { describe, textOf } from '../internal/describe.js';
import { linkAbort } from '../internal/link-abort.js';
import { newId } from '../internal/new-id.js';
import { newGenerateLog } from '../thunk/generate-log.js';
import type { TokenUsage } from '../thunk/generation-metadata.js';
import { ModelOutputThunk } from '../thunk/model-output-thunk.js';
import type { RawItem } from './author-contract.js';
import type { Backend } from './backend.js';
import { captureCallHooks } from './call-hooks.js';
import { type CallSettings, callSettings, logOnce, ofBatch } from './call-settings.js';
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
  if (!backend.capabilities.raw) {
    throw new UnsupportedFeatureError(`${origin.provider} has no raw generation.`, origin);
  }
  throwIfAborted(options.signal, backend);
  const settings = callSettings(backend, options);
  const generationId = newId();
  const hooks = captureCallHooks(backend, generationId);
  let thunks: ModelOutputThunk<S>[];
  try {
    const changed = await hooks?.pre(
      'generation_batch_pre_call',
      { ...origin, actions: parts, numActions: parts.length },
      settings,
    );
    const asked = ofBatch(changed ?? settings);
    const { signal } = options;
    thunks = hooks
      ? await hooks.inside(() => answer<S>(backend, parts, asked, generationId, signal))
      : await answer<S>(backend, parts, asked, generationId, signal);
  } catch (error) {
    await hooks?.error('generation_batch_error', { ...origin, exception: error as Error });
    throw error;
  }
  await hooks?.post('generation_batch_post_call', {
    ...origin,
    modelOutputs: thunks.map((thunk) => thunk.copy() as ModelOutputThunk<unknown>),
    usage: summedUsage(thunks),
  });
  return thunks;
}

/** The thunks of all actions, or a rejection with every outcome. */
async function answer<S>(
  backend: Backend,
  parts: readonly Part[],
  settings: CallSettings,
  generationId: string,
  signal: AbortSignal | undefined,
): Promise<ModelOutputThunk<S>[]> {
  for (const warning of settings.warnings) logOnce(backend, warning);
  const answers = await askFor(backend, parts, settings, generationId, signal);
  const outcomes = await Promise.allSettled(
    parts.map((part, i) => toThunk<S>(backend, part, answers[i], settings)),
  );
  const results = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : outcome.value));
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
  const cause = failed[0]?.reason;
  if (failed.length === 0) return results;
  const message = `${failed.length} of ${outcomes.length} actions failed; the first: ${textOf(cause)}`;
  throw new BatchGenerationError(message, { results, cause });
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
    await withGrace(backend.doGenerateWalks(actions), signal, 0);
    if (signal.aborted) throw cancelled();
    const maxConcurrency = Math.max(1, backend.maxConcurrency);
    return backend._generateFromRaw({ actions, format, modelOptions, maxConcurrency, signal, generationId });
  };
  try {
    const answers = await withGrace(ask(), signal, GRACE_MS);
    if (answers === DETACHED) return actions.map(cancelled);
    return actions.map((_, i) => settled(answers[i], origin, signal.aborted ? cancelled : null));
  } catch (error) {
    const failure = signal.aborted ? cancelled() : toBackendError(error, origin);
    return actions.map(() => failure);
  } finally {
    unlink();
  }
}

/** After an abort what is missing or broke is cancelled; a foreign error is made one of ours, without secrets. */
function settled(answer: Answer, origin: ErrorOrigin, cancelled: (() => Error) | null): Answer {
  const isError = answer instanceof Error;
  if (cancelled && (answer === undefined || isError)) return cancelled();
  return isError ? toBackendError(answer, origin) : answer;
}

/** @throws The error of the item, or what reading it threw. */
async function toThunk<S>(
  backend: Backend,
  action: Part,
  answer: Answer,
  settings: CallSettings,
): Promise<ModelOutputThunk<S>> {
  const origin = { provider: backend.provider, model: backend.modelId };
  if (answer instanceof Error) throw answer;
  if (typeof answer?.text !== 'string') {
    throw new MalformedResponseError(`${origin.provider}: the batch has no text for an action.`, origin);
  }
  const thunk = ModelOutputThunk.computed<S>(answer.text);
  thunk.thinking = answer.thinking ?? null;
  const { modelOptions } = settings;
  thunk.generateLog = newGenerateLog({ backend: backend.provider, modelOptions, action, result: thunk });
  thunk.generateLog.prompt = answer.prompt ?? null;
  thunk.generateLog.modelOutput = answer.text;
  Object.assign(thunk.generation, {
    provider: answer.provider ?? origin.provider,
    model: answer.model ?? origin.model,
    usage: answer.usage ?? null,
    finishReason: answer.finishReason,
    responseId: answer.responseId ?? null,
    logprobs: answer.logprobs ? [...answer.logprobs] : null,
    warnings: [...settings.warnings, ...(answer.warnings ?? [])],
  });
  for (const warning of answer.warnings ?? []) logOnce(backend, warning);
  const isHeld = answer.constrained ?? backend.capabilities.format;
  thunk.parsedRepr = (await parsed(isHeld, action, thunk as unknown as ModelOutputThunk, settings)) as S;
  return thunk;
}

/** A format that the wire cannot honour is a warning, not an error: then the text stays readable without it. */
async function parsed(
  isHeld: boolean,
  action: Part,
  thunk: ModelOutputThunk,
  { resolvedFormat }: CallSettings,
): Promise<unknown> {
  if (!resolvedFormat || isHeld) return parseOutput(action, resolvedFormat, thunk);
  try {
    return await parseOutput(action, resolvedFormat, thunk);
  } catch {
    return parseOutput(action, null, thunk);
  }
}

function summedUsage(thunks: readonly ModelOutputThunk<unknown>[]): TokenUsage | null {
  const usages = thunks.flatMap((thunk) => thunk.generation.usage ?? []);
  if (usages.length === 0) return null;
  const sum = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };
  for (const usage of usages) {
    for (const count of Object.keys(sum) as (keyof typeof sum)[]) sum[count] += usage[count];
  }
  return sum;
}
