import { CBlock, type Context } from '@melliflow/core';
import { expect, test } from 'vitest';
import { ChatContext } from '../src/contexts/chat-context.js';
import { SimpleContext } from '../src/contexts/simple-context.js';

test('a window must be a whole number', () => {
  const sized = (windowSize: unknown) => () => new ChatContext({ windowSize: windowSize as number });
  for (const size of [1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(sized(size)).toThrow(
      new RangeError(
        `windowSize must be a whole number of entries, got number ${size}; leave it out to show all.`,
      ),
    );
  }
  expect(sized('2')).toThrow(TypeError);
  expect(sized('2')).toThrow('got string "2"');
});

test('the window is kept by add, by resetToNew and by subclasses', () => {
  class Named extends ChatContext {
    readonly title = 'mine';
  }
  const ctx = new Named({ windowSize: 1 })
    .add(new CBlock('a'))
    .resetToNew()
    .add(new CBlock('b'))
    .add(new CBlock('c'));
  expect(ctx).toBeInstanceOf(Named);
  expect(ctx.title).toBe('mine');
  expect(ctx.viewForGeneration()?.map(String)).toEqual(['c']);
  expect(ctx.asList().map(String)).toEqual(['b', 'c']);
});

test('a million entries are shown without recursion (contract 3.1)', () => {
  let ctx: Context = new ChatContext();
  const block = new CBlock('x');
  for (let i = 0; i < 1_000_000; i += 1) ctx = ctx.add(block);
  expect(ctx.viewForGeneration()).toHaveLength(1_000_000);
  expect(new SimpleContext().add(block).viewForGeneration()).toEqual([]);
});
