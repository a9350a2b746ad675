import {
  type ChunkingName,
  type ChunkingStrategy,
  chunkingByName,
  FixedChunker,
  JsonChunker,
  LineChunker,
  type Segment,
} from '@melliflow/streaming';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from './support/runs.js';

const names = [
  ...['sentence', 'word', 'paragraph', 'intl-sentence', 'intl-word', 'grapheme', 'markdown', 'code', 'json'],
] as ChunkingName[];
const byText: readonly (readonly [string, ChunkingStrategy])[] = [
  ...names.map((name) => [name, chunkingByName(name)] as const),
  ['line', new LineChunker()],
  ['items of a member', new JsonChunker({ path: '/a/*' })],
  ['seven characters', new FixedChunker({ size: 7 })],
];

/** Dense in what chunkers look for, and cut anywhere, in the middle of a character too. */
const mark = fc.constantFrom(
  ...[
    '.',
    '! ',
    '? ',
    '."',
    ' ',
    '\n',
    '\n\n',
    '\r\n',
    '\r',
    '\u2028',
    '\u0085',
    '```',
    '~~~',
    '```js\n',
    '# ',
  ],
  ...[
    '- ',
    '1. ',
    '|',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '"a"',
    '\\u00e9',
    'null',
    '12',
    '\ud83d',
    '\u200d',
    '👩‍👧',
    '。',
  ],
);
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: mark }, fc.string({ unit: 'binary', maxLength: 4 })), {
    maxLength: 40,
  })
  .map((pieces) => pieces.join(''));
const cutText = fc.tuple(text, fc.array(fc.nat(200), { maxLength: 12 })).map(([whole, places]) => {
  const cuts = places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b);
  return [0, ...cuts].map((from, i) => whole.slice(from, cuts[i] ?? whole.length));
});

function segmentsOf(strategy: ChunkingStrategy, deltas: readonly string[]): Segment[] {
  const chunker = strategy.start();
  return [...deltas.flatMap((delta) => [...chunker.push(delta)]), ...chunker.flush()];
}

describe.each([...byText, ['delta', chunkingByName('delta')] as const])('chunks by %s', (_, strategy) => {
  it('lie one behind the other, where they say', () => {
    fc.assert(
      fc.property(cutText, (deltas) => {
        const whole = deltas.join('');
        let before = 0;
        for (const { text: shown, start, end } of segmentsOf(strategy, deltas)) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(shown).toBe(whole.slice(start, end));
          before = end;
        }
      }),
      runs(200),
    );
  });
});

describe.each(byText)('chunks by %s', (_, strategy) => {
  it('are the same however the text is cut', () => {
    fc.assert(
      fc.property(cutText, (deltas) => {
        expect(segmentsOf(strategy, deltas)).toEqual(segmentsOf(strategy, [deltas.join('')]));
      }),
      runs(200),
    );
  });
});
