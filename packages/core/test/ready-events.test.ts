import { describe, expect, it } from 'vitest';
import { followOutput, thunkFromEvents } from '../src/implement/index.js';
import type { GenerationEvent } from '../src/index.js';
import { collect } from './support/doubles.js';

/** A source that has all but the first event of each batch ready, and counts how often it is asked for a promise. */
function sourceOf(batches: readonly (readonly GenerationEvent[])[]) {
  const left = batches.map((batch) => [...batch]);
  let ready: GenerationEvent[] = [];
  const source = {
    asked: 0,
    _ready(): IteratorResult<GenerationEvent> | null {
      const value = ready.shift();
      return value ? { done: false, value } : null;
    },
    async next(): Promise<IteratorResult<GenerationEvent>> {
      source.asked += 1;
      ready = left.shift() ?? [];
      const value = ready.shift();
      return value ? { done: false, value } : { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => source,
  };
  return source;
}

const text = (value: string): GenerationEvent => ({ type: 'text', text: value });
const stop: GenerationEvent = { type: 'finish', reason: 'stop' };

describe('events that a source has ready', () => {
  it('cost no promise, and readers get each delta in order', async () => {
    const source = sourceOf([
      [text('a'), text('b'), text('c')],
      [text('d'), stop],
    ]);
    const thunk = thunkFromEvents(() => source);
    expect(await collect(thunk)).toEqual(['a', 'b', 'c', 'd']);
    expect(source.asked).toBe(2);
  });

  it('are not taken behind a cancel, though they are there', async () => {
    const source = sourceOf([[text('a'), text('b'), text('c'), stop]]);
    const thunk = thunkFromEvents(() => source);
    followOutput(thunk, () => void thunk.cancelGeneration());
    expect(await thunk.avalue()).toBe('a');
    expect(thunk.cancelled).toBe(true);
  });

  it('end the generation without an end marker as an incomplete one', async () => {
    const thunk = thunkFromEvents(() => sourceOf([[text('a'), text('b')]]));
    await expect(thunk.avalue()).rejects.toMatchObject({ code: 'incomplete_stream', partialText: 'ab' });
  });
});
