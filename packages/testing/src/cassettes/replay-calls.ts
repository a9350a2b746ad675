import type { Backend, BackendError, ContextCall, GenerationEvent, RawCall, RawItem } from '@melliflow/core';
import { pause } from '../pause.js';
import { CassetteMissError } from './cassette-errors.js';
import type { CassetteFile, ChatInteraction } from './cassette-file.js';
import { revivedError } from './recorded-error.js';
import type { RecordedEvent } from './recorded-event.js';
import { type AskedRequest, chatRequest, rawRequest } from './request.js';
import type { Clean } from './scrub.js';
import type { Tape } from './tape.js';

/** What the replays of one cassette share. */
export interface ReplayInit {
  readonly backend: Backend;
  readonly file: CassetteFile;
  readonly tape: Tape;
  readonly clean: Clean;
  readonly timing: 'none' | 'recorded';
}

/** How long a replay waits for the cancel that was recorded. */
const CANCEL_WAIT_MS = 3000;

/** The events of a chat as they were recorded, and how it ended. */
export async function* replayChat(
  init: ReplayInit,
  call: ContextCall,
): AsyncGenerator<GenerationEvent, void> {
  const asked = chatRequest(init.backend, call, init.clean);
  for await (const event of played(init, init.tape.take(asked), call.signal)) {
    if (event.type === 'error') throw revivedError(event.error, init.backend);
    if (event.type === 'prompt') yield promptEvent(event, asked);
    else if (event.type !== 'item' && event.type !== 'cancelled') yield event;
  }
}

/** The answers of a raw batch as they were recorded, or its error. */
export async function replayRaw(
  init: ReplayInit,
  call: RawCall,
): Promise<readonly (RawItem | BackendError)[]> {
  const { sent, ...asked } = rawRequest(init.backend, call, init.clean);
  const results: (RawItem | BackendError)[] = [];
  let place = 0;
  for await (const event of played(init, init.tape.take({ sent, ...asked }), call.signal)) {
    if (event.type === 'error') throw revivedError(event.error, init.backend);
    if (event.type !== 'item') continue;
    const index = place++;
    if (event.error) results[index] = revivedError(event.error, init.backend) as BackendError;
    else if (event.item) results[index] = { ...event.item, prompt: String(sent[index]) };
  }
  return results;
}

/**
 * The events at their times, or at once. A recorded cancel is waited for, and what was told after it is told after
 * that; a consumer that leaves earlier goes on from there too.
 */
async function* played(
  init: ReplayInit,
  { events, timesMs }: ChatInteraction,
  signal: AbortSignal,
): AsyncGenerator<RecordedEvent, void> {
  const startMs = performance.now();
  const remainingMs = (index: number): number =>
    init.timing === 'none' ? 0 : (timesMs[index] ?? 0) - (performance.now() - startMs);
  for (const [index, event] of events.entries()) {
    await pause(remainingMs(index), signal);
    if (signal.aborted || event.type === 'cancelled') break;
    yield event;
  }
  const cancelledAt = events.findIndex(({ type }) => type === 'cancelled');
  if (cancelledAt < 0) return;
  await pause(CANCEL_WAIT_MS, signal);
  if (!signal.aborted) throw notCancelled(init.file);
  yield* events.slice(cancelledAt + 1);
}

function promptEvent(event: RecordedEvent & { type: 'prompt' }, { sent }: AskedRequest): GenerationEvent {
  return { type: 'prompt', prompt: event.prompt ?? sent } as GenerationEvent;
}

function notCancelled({ name }: CassetteFile): CassetteMissError {
  const message =
    `cassette: in ${name} this call was cancelled here, and now nobody cancelled it within ${CANCEL_WAIT_MS} ms. ` +
    'If the program reads on now, record it anew with MELLIFLOW_CASSETTES=update.';
  return new CassetteMissError(message, { file: name });
}
