import type { GenerationEvent, TokenLogprob } from '@melliflow/core';
import type { RecordedEvent } from './recorded-event.js';
import { type Clean, cleanPieces } from './scrub.js';

type Told<Type> = Extract<GenerationEvent, { type: Type }>;

/** The events of an answer with what came in pieces cleaned as a whole: text, thinking and the tokens beside them. */
export function cleanEvents(events: readonly RecordedEvent[], clean: Clean): RecordedEvent[] {
  const cleaned = [...events];
  for (const type of ['text', 'thinking'] as const) {
    replaceAll(cleaned, type, (pieces: Told<typeof type>[]) => {
      const texts = cleanPieces(
        pieces.map(({ text }) => text),
        clean,
      );
      return pieces.map((piece, index) => ({ ...piece, text: texts[index] as string }));
    });
  }
  replaceAll(cleaned, 'logprobs', (pieces: Told<'logprobs'>[]) => {
    const rest = cleanLogprobs(
      pieces.flatMap(({ logprobs }) => logprobs),
      clean,
    );
    return pieces.map((piece) => ({ ...piece, logprobs: rest.splice(0, piece.logprobs.length) }));
  });
  return cleaned;
}

/** Tokens cleaned as the text that they are; where that changed one, those that stood for it are left out. */
export function cleanLogprobs(logprobs: readonly TokenLogprob[], clean: Clean): TokenLogprob[] {
  const tokens = cleanPieces(
    logprobs.map(({ token }) => token),
    clean,
  );
  return logprobs.map(({ token: before, logprob, top }, index) => {
    const token = tokens[index] as string;
    const others = top?.map((other) => ({ ...other, token: clean(other.token, 'text') }));
    return { token, logprob, ...(others && token === before && { top: others }) };
  });
}

/** Puts what `change` makes of the events of a type in their places. */
function replaceAll<Event extends RecordedEvent>(
  events: RecordedEvent[],
  type: Event['type'],
  change: (found: Event[]) => Event[],
): void {
  const places = [...events.keys()].filter((place) => events[place]?.type === type);
  const changed = change(places.map((place) => events[place] as Event));
  for (const [index, place] of places.entries()) events[place] = changed[index] as Event;
}
