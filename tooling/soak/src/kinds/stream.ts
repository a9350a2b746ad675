import type { ModelOutputThunk } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { mustHold } from '../broken-rule.js';
import { asItIs, type Operation, type Outcome, type Question, turns, type Wrap } from '../operation.js';

/** One generation in a context, streamed or whole, with readers of several sorts. */
export async function stream(operation: Operation, wrap: Wrap = asItIs): Promise<Outcome> {
  return generation(operation, true, wrap);
}

export async function whole(operation: Operation, wrap: Wrap = asItIs): Promise<Outcome> {
  return generation(operation, false, wrap);
}

async function generation(operation: Operation, streaming: boolean, wrap: Wrap): Promise<Outcome> {
  const question = operation.ask();
  const backend = wrap(operation.backend);
  try {
    const [thunk] = await backend.generateFromContext(question.prompt, new SimpleContext(), {
      modelOptions: { stream: streaming },
      signal: operation.signal,
    });
    return await outcomeOf(operation, question, thunk);
  } catch (error) {
    return operation.failed(error);
  }
}

/** Reads a thunk to its end, or leaves it. */
export async function outcomeOf(
  operation: Operation,
  question: Question,
  thunk: ModelOutputThunk,
): Promise<Outcome> {
  const readers = Array.from({ length: operation.chance.below(4) }, () => reader(operation, thunk));
  const left = operation.leave((by) =>
    by === 'cancel' ? thunk.cancelGeneration() : thunk[Symbol.asyncDispose](),
  );
  const read = await Promise.allSettled([thunk.avalue(), ...readers]);
  await left;
  const [value, ...others] = read;
  for (const one of others) {
    const { text, isAll } = one.status === 'fulfilled' ? one.value : { text: '', isAll: false };
    const isWhole = isAll && value?.status === 'fulfilled';
    const wanted = isWhole ? value.value : question.text.slice(0, text.length);
    mustHold(text === wanted, 'readers', () => `a reader got ${text} of ${question.text}`);
  }
  if (value?.status === 'rejected') throw value.reason;
  mustHold(thunk.settled, 'settled', () => 'a thunk whose value is there still runs');
  return operation.outcomeOf(value?.value ?? '', question, !thunk.cancelled);
}

/** What a reader saw, and whether it was there from the beginning to the end. */
interface Seen {
  readonly text: string;
  readonly isAll: boolean;
}

/** Reads in one of the ways that there are: to the end or not, fast or slow. */
async function reader({ chance }: Operation, thunk: ModelOutputThunk): Promise<Seen> {
  const way = chance.pick(['loop', 'astream', 'web'] as const);
  const slowness = chance.pick([0, 0, 1, 5]);
  const most = chance.happens(0.4) ? 1 + chance.below(5) : Number.POSITIVE_INFINITY;
  let text = '';
  let pieces = 0;
  if (way === 'astream') {
    // Several of these share the text between them, so what one gets says nothing.
    while (!thunk.isComputed() && ++pieces <= most) await thunk.astream();
    return { text: '', isAll: false };
  }
  const source = way === 'loop' ? thunk : thunk.toReadableStream();
  for await (const piece of source as AsyncIterable<string>) {
    text += piece;
    if (++pieces >= most) return { text, isAll: false };
    await turns(slowness);
  }
  return { text, isAll: true };
}
