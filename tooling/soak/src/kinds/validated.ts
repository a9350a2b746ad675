import { PartialValidationResult, Requirement } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { type StreamChunkingResult, streamWithChunking } from '@melliflow/streaming';
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
        release: chance.pick(['strict', 'optimistic', { window: 3 }] as const),
        retry: mode === 'none' ? undefined : { attempts: 3, mode },
        signal,
      },
    );
    const left = operation.leave((by) => (by === 'cancel' ? stream.cancel() : stream[Symbol.asyncDispose]()));
    const readers = Array.from({ length: chance.below(4) }, () => read(operation, stream));
    const [ended, ...others] = await Promise.allSettled([stream.acomplete(), ...readers]);
    await left;
    for (const one of others)
      if (one.status === 'rejected' && ended?.status === 'fulfilled') throw one.reason;
    if (ended?.status === 'rejected') throw ended.reason;
    return await outcomeOf(operation, question, stream, isRefused && mode === 'resume' ? refused : '');
  } catch (error) {
    return operation.failed(error);
  }
}

async function outcomeOf(
  operation: Operation,
  question: Question,
  stream: StreamChunkingResult,
  kept: string,
): Promise<Outcome> {
  const { fullText, completed } = stream;
  let pieces = '';
  for await (const { text } of stream.astream({ separators: true })) pieces += text;
  mustHold(pieces === fullText, 'pieces', () => `pieces ${pieces}, text ${fullText}`);
  if (!completed || kept === '') {
    const isPart = kept.startsWith(fullText) || fullText.includes(REFUSED) === false;
    mustHold(isPart, 'refused', () => `what was refused was shown: ${fullText}`);
    if (!completed) {
      mustHold(operation.leaving !== null, 'whole', () => `nobody left, but the stream has ${fullText}`);
      return 'left';
    }
    return operation.outcomeOf(fullText, question, true);
  }
  // What passed of the first attempt, then the second one's text.
  const before = fullText.slice(0, fullText.length - question.text.length).trim();
  const isJoined = fullText.endsWith(question.text) && kept.startsWith(before);
  mustHold(isJoined, 'resume', () => `${fullText} is not a part of ${kept} and ${question.text}`);
  return 'whole';
}

async function read({ chance }: Operation, stream: StreamChunkingResult): Promise<void> {
  const way = chance.pick(['chunks', 'events', 'web'] as const);
  const slowness = chance.pick([0, 0, 1, 5]);
  let left = chance.happens(0.4) ? 1 + chance.below(5) : Number.POSITIVE_INFINITY;
  const source = {
    chunks: () => stream,
    events: () => stream.events(),
    web: () => stream.toReadableStream(),
  };
  for await (const one of source[way]() as AsyncIterable<unknown>) {
    mustHold(!String(one).includes(REFUSED), 'refused', () => `a reader got ${one}`);
    if (--left === 0) break;
    await turns(slowness);
  }
}
