import { PartialValidationResult, Requirement } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { type StreamChunkingResult, type StreamEvent, streamWithChunking } from '@melliflow/streaming';
import { mustHold } from '../broken-rule.js';
import { asItIs, type Operation, type Outcome, type Question, turns, type Wrap } from '../operation.js';
import { REFUSED, someText, withRefused } from '../texts.js';

/** Refuses some chunks, some of them only after a while. */
class Refuses extends Requirement {
  readonly slowness: number;

  constructor(slowness: number) {
    super(`does not say ${REFUSED}`, { validationFn: () => true });
    this.slowness = slowness;
  }

  override async streamValidate(chunk: string): Promise<PartialValidationResult> {
    await turns(this.slowness);
    return new PartialValidationResult(chunk.includes(REFUSED) ? 'fail' : 'pass');
  }
}

/** A stream that is cut and checked, with or without further attempts. */
export async function validated(operation: Operation, wrap: Wrap = asItIs): Promise<Outcome> {
  const { chance, signal } = operation;
  const mode = chance.pick(['none', 'restart', 'resume'] as const);
  const good = someText(chance, 1 + chance.below(20));
  const isRefused = mode !== 'none' && chance.happens(0.6);
  const refused = withRefused(someText(chance, 5), chance);
  const question = operation.ask({ text: good, before: isRefused ? [{ deltas: [refused] }] : [] });
  const release = chance.pick(['strict', 'optimistic', { window: 3 }] as const);
  const chunking = chance.pick(['sentence', 'word', 'paragraph', 'grapheme', 'delta'] as const);
  try {
    const stream = await streamWithChunking<string>(
      question.prompt,
      wrap(operation.backend),
      new SimpleContext(),
      {
        requirements: Array.from(
          { length: isRefused ? 2 : chance.below(14) },
          () => new Refuses(chance.below(3)),
        ),
        chunking,
        release,
        retry: mode === 'none' ? undefined : { attempts: 3, mode },
        signal,
      },
    );
    const left = operation.leave((by) => (by === 'cancel' ? stream.cancel() : stream[Symbol.asyncDispose]()));
    const readers = Array.from({ length: chance.below(4) }, () =>
      read(operation, stream, release !== 'optimistic'),
    );
    const [ended, ...others] = await Promise.allSettled([stream.acomplete(), ...readers]);
    await left;
    if (ended?.status === 'rejected') throw ended.reason;
    const chunks: string[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    for (const one of others) {
      if (one.status === 'rejected') throw one.reason;
      // What a further attempt takes back was seen by those who were there.
      const isSame = isRefused || one.value === null || one.value.join('\0') === chunks.join('\0');
      mustHold(isSame, 'readers', () => `a reader got ${one.value} of ${chunks}`);
    }
    return await outcomeOf(operation, question, stream, isRefused ? { refused, mode } : null);
  } catch (error) {
    return operation.failed(error);
  }
}

async function outcomeOf(
  operation: Operation,
  question: Question,
  stream: StreamChunkingResult,
  first: { readonly refused: string; readonly mode: 'none' | 'restart' | 'resume' } | null,
): Promise<Outcome> {
  const { fullText, completed } = stream;
  let pieces = '';
  for await (const { text } of stream.astream({ separators: true })) pieces += text;
  mustHold(pieces === fullText, 'pieces', () => `pieces ${pieces}, text ${fullText}`);
  // Of a first attempt that was refused what passed may stand before the second one's text, or alone.
  const kept = first?.mode === 'resume' ? first.refused : '';
  if (!completed) {
    mustHold(operation.leaving !== null, 'whole', () => `nobody left, but the stream has ${fullText}`);
    mustHold(!fullText.includes(REFUSED), 'refused', () => `what was refused was shown: ${fullText}`);
    const isPart =
      isJoined(fullText, first?.refused ?? '', '') || isJoined(fullText, kept, question.text, true);
    mustHold(isPart, 'text', () => `${fullText} is no part of ${first?.refused} and ${question.text}`);
    return 'left';
  }
  if (kept === '') return operation.outcomeOf(fullText, question, true);
  const told = (): string => `${fullText} is not a part of ${kept} and ${question.text}`;
  mustHold(isJoined(fullText, kept, question.text), 'resume', told);
  return 'whole';
}

/** Whether a text is a beginning of one text and then, without regard to space between, another or its beginning. */
function isJoined(text: string, first: string, second: string, isPart = false): boolean {
  for (let at = 0; at <= text.length; at++) {
    const kept = text.slice(0, at).trimEnd();
    if (!first.startsWith(kept)) return false;
    if (goesOn(kept, text.slice(at), second, isPart)) return true;
  }
  return false;
}

/** What the second text says again of what was kept is left out, as of a model that repeats the last words. */
function goesOn(kept: string, rest: string, second: string, isPart: boolean): boolean {
  for (let begin = 0; begin <= second.length; begin++) {
    if (!kept.endsWith(second.slice(0, begin).trim())) continue;
    if (isPart ? second.startsWith(rest, begin) : second.slice(begin) === rest) return true;
  }
  return false;
}

/** Reads chunks, in one of the ways that there are; null for a reader that left, or of what is more than chunks. */
async function read(
  { chance }: Operation,
  stream: StreamChunkingResult,
  isChecked: boolean,
): Promise<string[] | null> {
  const way = chance.pick(['chunks', 'events', 'web'] as const);
  const slowness = chance.pick([0, 0, 1, 5]);
  let left = chance.happens(0.4) ? 1 + chance.below(5) : Number.POSITIVE_INFINITY;
  const seen: string[] = [];
  const source = {
    chunks: () => stream,
    events: () => stream.events(),
    web: () => stream.toReadableStream(),
  };
  for await (const one of source[way]() as AsyncIterable<unknown>) {
    const shown = typeof one === 'string' ? one : JSON.stringify(one);
    seen.push(shown);
    // An optimistic stream tells of chunks before their verdicts.
    const isChunk = typeof one === 'string' || (isChecked && (one as StreamEvent).type === 'chunk');
    const isShown = isChunk && shown.includes(REFUSED);
    mustHold(!isShown, 'refused', () => `a reader got ${shown}`);
    if (--left === 0) return null;
    await turns(slowness);
  }
  return way === 'chunks' ? seen : null;
}
