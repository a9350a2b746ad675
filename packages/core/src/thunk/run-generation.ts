import { BackendError, GenerationCancelledError, IncompleteStreamError } from '../errors/backend-error.js';
import { type ErrorOrigin, scrubbed, toBackendError } from '../errors/to-backend-error.js';
import { atMost, DETACHED, withGrace } from '../internal/abort.js';
import { describe } from '../internal/describe.js';
import { linkAbort } from '../internal/link-abort.js';
import { log } from '../logger/logger.js';
import type { AbstractTool } from '../tool/abstract-tool.js';
import { ModelToolCall } from '../tool/model-tool-call.js';
import type { GenerationEvent } from './generation-event.js';
import type { GenerationWarning } from './generation-metadata.js';
import { type ModelOutputThunk, snapshot } from './model-output-thunk.js';

/** How long a source that ignores its signal may hold up a cancel (contract 2.7). */
const GRACE_MS = 1000;

/** How many events a source may still tell after an abort; only `usage` counts, text does not. */
const LAST_WORDS = 4;

/** All that a generation needs to run by itself. */
export interface GenerationPlan<S> {
  origin: ErrorOrigin;
  streaming: boolean;
  signal?: AbortSignal | undefined;
  /** Waits for what must be there before; an abort does not wait for it. */
  prepare?(): Promise<void>;
  source(signal: AbortSignal): AsyncIterable<GenerationEvent>;
  tool?(name: string): AbstractTool | null;
  warn?(warning: GenerationWarning): void;
  parse(computed: ModelOutputThunk): S | Promise<S>;
  /** Told once after a good end; what it throws fails the generation. */
  completed?: ((output: ModelOutputThunk<S>) => Promise<void>) | null | undefined;
  /** Told once after any other end. */
  failed?: ((error: Error, output: ModelOutputThunk<S>) => Promise<void>) | null | undefined;
}

/** Runs `plan` in the background and lets `thunk` follow it. It settles exactly once and never rejects. */
export function runGeneration<S>(thunk: ModelOutputThunk<S>, plan: GenerationPlan<S>): void {
  const controller = new AbortController();
  let byCancel = false;
  thunk._status = 'running';
  thunk._generateType = 'async';
  thunk.generation.streaming = plan.streaming;
  thunk.generation.provider = plan.origin.provider;
  thunk.generation.model = plan.origin.model;
  thunk._cancel = async (reason) => {
    byCancel ||= !controller.signal.aborted;
    controller.abort(reason);
    await thunk._log.finished();
  };
  const unlink = linkAbort(plan.signal, controller);
  const run = async (): Promise<void> => {
    const outcome = await outcomeOf(thunk, plan, controller.signal);
    unlink();
    thunk._cancel = null;
    if (outcome.output) await succeed(thunk, plan, outcome.output);
    else await fail(thunk, plan, outcome.error, byCancel);
  };
  // Whatever goes wrong on the way, the thunk must end.
  run().catch((error: unknown) => end(thunk, 'failed', error));
}

type Outcome<S> = { output: ModelOutputThunk<S>; error?: never } | { error: Error; output?: never };

async function outcomeOf<S>(
  thunk: ModelOutputThunk<S>,
  plan: GenerationPlan<S>,
  signal: AbortSignal,
): Promise<Outcome<S>> {
  const source: Source = { events: null };
  try {
    const output = await withGrace(generate(thunk, plan, signal, source), signal, GRACE_MS);
    if (output === DETACHED) void close(source.events, plan.origin);
    else if (!signal.aborted) return { output };
    return { error: cancelled(plan.origin, signal) };
  } catch (thrown) {
    return { error: signal.aborted ? cancelled(plan.origin, signal) : toBackendError(thrown, plan.origin) };
  }
}

async function succeed<S>(
  thunk: ModelOutputThunk<S>,
  plan: GenerationPlan<S>,
  output: ModelOutputThunk<S>,
): Promise<void> {
  if (thunk.generateLog) thunk.generateLog.modelOutput = thunk._text;
  const { parsedRepr } = output;
  await plan.completed?.(output);
  thunk._value = thunk._text;
  thunk.parsedRepr = parsedRepr;
  end(thunk, 'complete');
}

async function fail<S>(
  thunk: ModelOutputThunk<S>,
  plan: GenerationPlan<S>,
  error: Error,
  byCancel: boolean,
): Promise<void> {
  thunk._cancelled = byCancel || (plan.signal?.aborted === true && GenerationCancelledError.is(error));
  if (BackendError.is(error) && thunk._text !== '' && Object.isExtensible(error)) {
    error.partialText ??= thunk._text;
  }
  await plan.failed?.(error, snapshot(thunk, null));
  if (!byCancel) return end(thunk, 'failed', error);
  thunk._value = thunk._text;
  end(thunk, 'computed');
}

function end<S>(
  thunk: ModelOutputThunk<S>,
  status: 'complete' | 'computed' | 'failed',
  error?: unknown,
): void {
  thunk._status = status;
  thunk._log.end(status === 'failed' ? { error } : undefined);
}

function cancelled(origin: ErrorOrigin, signal: AbortSignal): GenerationCancelledError {
  return new GenerationCancelledError(`${origin.provider}: the generation was cancelled.`, {
    ...origin,
    cause: signal.reason,
  });
}

/** A source may give what it has already without a promise; null when it must be waited for. */
interface EventIterator extends AsyncIterator<GenerationEvent> {
  _ready?(): IteratorResult<GenerationEvent> | null;
}

/** The source's iterator, once there is one: for closing it when its generation was let go. */
interface Source {
  events: EventIterator | null;
}

/** Consumes the source to its end and gives the computed output. What it throws after an abort counts as a cancel. */
async function generate<S>(
  thunk: ModelOutputThunk<S>,
  plan: GenerationPlan<S>,
  signal: AbortSignal,
  source: Source,
): Promise<ModelOutputThunk<S>> {
  const startedAt = performance.now();
  if (plan.prepare) await withGrace(plan.prepare(), signal, 0);
  if (signal.aborted) throw cancelled(plan.origin, signal);
  // No two signals are alike to an engine: what asks one at each event would be compiled anew in each generation.
  const state = { aborted: false };
  signal.addEventListener('abort', () => {
    state.aborted = true;
  });
  const iterable = plan.source(signal);
  if (typeof iterable?.[Symbol.asyncIterator] !== 'function') {
    throw new TypeError(`A backend must give an async iterable of events, got ${describe(iterable)}.`);
  }
  source.events = iterable[Symbol.asyncIterator]();
  const finished = await consume(thunk, plan, state, source.events, startedAt);
  if (!finished) {
    throw new IncompleteStreamError(
      `${plan.origin.provider}: the reply ended without its end marker.`,
      plan.origin,
    );
  }
  const output = snapshot(thunk, thunk._text);
  output.parsedRepr = await plan.parse(output as unknown as ModelOutputThunk);
  return output;
}

/** Takes events until the end marker, the end, or a few after an abort. The source is closed whatever happens. */
async function consume<S>(
  thunk: ModelOutputThunk<S>,
  plan: GenerationPlan<S>,
  state: { readonly aborted: boolean },
  events: EventIterator,
  startedAt: number,
): Promise<boolean> {
  let lastWords = 0;
  try {
    for (;;) {
      const { done, value: event } = events._ready?.() ?? (await events.next());
      if (done) return false;
      if (state.aborted) {
        if (event.type === 'usage' && !thunk.settled) take(thunk, plan, event);
        if (++lastWords > LAST_WORDS) return false;
        continue;
      }
      const { generation } = thunk;
      if (plan.streaming && (generation.ttfbMs === null || plan.completed) && isOutput(event)) {
        const elapsedMs = performance.now() - startedAt;
        generation.ttfbMs ??= elapsedMs;
        if (plan.completed) {
          generation.chunkTimesMs ??= [];
          generation.chunkTimesMs.push(elapsedMs);
        }
      }
      take(thunk, plan, event);
      thunk._hear?.(event);
      if (event.type === 'finish') return true;
    }
  } finally {
    await atMost(GRACE_MS, close(events, plan.origin));
  }
}

/** Lets a source clean up. It has told all it had to tell: what goes wrong now is only logged (contract 4.8). */
async function close(events: AsyncIterator<GenerationEvent> | null, origin: ErrorOrigin): Promise<void> {
  try {
    await events?.return?.();
  } catch (error) {
    const { provider, secrets } = origin;
    log('warn', `${provider}: closing the source failed.`, { error: scrubbed(error, secrets) });
  }
}

function isOutput(event: GenerationEvent): boolean {
  return event.type === 'text' || event.type === 'thinking' || event.type === 'tool_call';
}

function take<S>(thunk: ModelOutputThunk<S>, plan: GenerationPlan<S>, event: GenerationEvent): void {
  const { generation } = thunk;
  switch (event.type) {
    case 'text':
      mustBe('string', event, 'text');
      if (event.text === '') return;
      thunk._text += event.text;
      thunk._log.push(event.text);
      return;
    case 'thinking':
      mustBe('string', event, 'text');
      thunk.thinking = (thunk.thinking ?? '') + event.text;
      return;
    case 'tool_call':
      mustBe('string', event, 'name');
      mustBe('object', event, 'args');
      thunk.toolCalls ??= [];
      thunk.toolCalls.push(new ModelToolCall({ ...event, func: plan.tool?.(event.name) ?? null }));
      return;
    case 'finish':
      mustBe('string', event, 'reason');
      generation.finishReason = event.reason;
      return;
    case 'prompt':
      if (thunk.generateLog) thunk.generateLog.prompt = event.prompt;
      return;
    case 'usage':
      generation.usage = event.usage;
      return;
    case 'logprobs':
      generation.logprobs ??= [];
      for (const token of event.logprobs) generation.logprobs.push(token);
      return;
    case 'metadata':
      generation.provider = event.provider ?? generation.provider;
      generation.model = event.model ?? generation.model;
      generation.responseId = event.responseId ?? generation.responseId;
      return;
    case 'warning':
      generation.warnings.push(event.warning);
      plan.warn?.(event.warning);
      return;
    default:
      throw new TypeError(
        `A backend told an unknown event: ${describe((event as { type?: unknown }).type)}.`,
      );
  }
}

/** @throws TypeError when a member of an event is of another type. */
function mustBe<E extends GenerationEvent>(
  type: 'string' | 'object',
  event: E,
  member: keyof E & string,
): void {
  const value: unknown = event[member];
  if (typeof value === type && value !== null) return;
  throw new TypeError(
    `The ${member} of a ${event.type} event must be of type ${type}, got ${describe(value)}.`,
  );
}
