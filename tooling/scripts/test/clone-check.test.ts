import { describe, expect, it } from 'vitest';
import { assertStoppedAtThird } from '../clone-check.mjs';

const events = [
  { type: 'quick_check', chunkIndex: 0, passed: true },
  { type: 'chunk', chunkIndex: 0, text: 'One.' },
  { type: 'quick_check', chunkIndex: 1, passed: true },
  { type: 'chunk', chunkIndex: 1, text: 'Two.' },
  { type: 'quick_check', chunkIndex: 2, passed: false },
  { type: 'completed', success: false, fullText: 'One. Two.' },
];
const print = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const changed = (index: number, change: object) =>
  events.map((e, i) => (i === index ? { ...e, ...change } : e));

describe('assertStoppedAtThird', () => {
  it('accepts two checked sentences and a stop at the third', () => {
    expect(() => assertStoppedAtThird(print(events))).not.toThrow();
  });

  it.each([
    ['text between the lines', `installing\n${print(events)}`],
    ['nothing', ''],
    ['a third sentence as an event', print(changed(4, { type: 'chunk', text: 'Three.' }))],
    ['a third sentence in the full text', print(changed(5, { fullText: 'One. Two. Three.' }))],
    ['a passed third check', print(changed(4, { passed: true }))],
    ['an early success', print(changed(5, { success: true }))],
    ['wrong indices', print(changed(3, { chunkIndex: 2 }))],
    ['a chunk before its check', print([events[1], events[0], ...events.slice(2)] as object[])],
  ])('refuses %s', (_what, stdout) => {
    expect(() => assertStoppedAtThird(stdout)).toThrow();
  });
});
