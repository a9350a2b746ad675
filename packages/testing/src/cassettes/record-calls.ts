import type { BackendError, ContextCall, GenerationEvent, RawCall, RawItem } from '@melliflow/core';
import { recordedError } from './recorded-error.js';
import type { RecordedEvent } from './recorded-event.js';
import { Recording, type RecordingInit } from './recording.js';
import { chatRequest, rawRequest } from './request.js';

/** What the backend tells, unchanged; its interaction stands in the file before the end is told. */
export async function* recordChat(
  init: RecordingInit,
  call: ContextCall,
): AsyncGenerator<GenerationEvent, void> {
  const recording = new Recording(chatRequest(init.backend, call, init.clean), init);
  const forget = noteAbort(recording, call.signal);
  let isOver = false;
  try {
    for await (const event of init.backend._generateFromContext(call)) {
      recording.add(event);
      isOver = event.type === 'finish';
      if (isOver) await recording.keep();
      yield event;
    }
    isOver = true;
  } catch (error) {
    isOver = true;
    recording.fail(error);
    throw error;
  } finally {
    forget();
    if (!isOver && !call.signal.aborted) recording.add({ type: 'cancelled' });
    await recording.keep();
  }
}

/** The answers of the backend, unchanged, once they stand in the file. */
export async function recordRaw(
  init: RecordingInit,
  call: RawCall,
): Promise<readonly (RawItem | BackendError)[]> {
  const recording = new Recording(rawRequest(init.backend, call, init.clean), init);
  const forget = noteAbort(recording, call.signal);
  try {
    const answers = await init.backend._generateFromRaw(call);
    for (const index of call.actions.keys()) recording.add(itemEvent(answers[index], init));
    return answers;
  } catch (error) {
    recording.fail(error);
    throw error;
  } finally {
    forget();
    await recording.keep();
  }
}

/** The prompt of an item stands in the request. */
function itemEvent(answer: RawItem | BackendError | undefined, { backend }: RecordingInit): RecordedEvent {
  if (answer instanceof Error) return { type: 'item', error: recordedError(answer, backend) };
  if (!answer) return { type: 'item' };
  const { prompt: _, ...item } = answer;
  return { type: 'item', item };
}

/** Notes where an abort comes; the result stops listening for it. */
function noteAbort(recording: Recording, signal: AbortSignal): () => void {
  const note = (): void => recording.cancel();
  if (signal.aborted) note();
  signal.addEventListener('abort', note, { once: true });
  return () => signal.removeEventListener('abort', note);
}
