import type { Requirement } from '@melliflow/core';
import { describe, expect, test } from 'vitest';
import { language } from '../src/index.js';
import { operations } from './support/operations.js';
import { samples } from './support/samples.js';

/** Texts that end nothing, or bring each rule near to a verdict again and again; none is one. */
const kinds: Record<string, string> = {
  'one endless word': 'x',
  'half of a key': 'ghp_aB3daB3daB3d-',
  digits: '4111 1',
  'the start of an address': 'a.b-c@d.',
  'the start of a term': 'risk fre ',
  'open citations': '[[1 [',
  'fences without end': '```\n',
  dots: '. ',
};

const ofLength = (kind: string, length: number): string =>
  (kinds[kind] ?? '').repeat(length).slice(0, length);

function cost(guardrail: Requirement, text: string, chunk: number): number {
  const clone = guardrail.clone();
  const chunks = Array.from({ length: Math.ceil(text.length / chunk) }, (_, i) =>
    text.slice(i * chunk, (i + 1) * chunk),
  );
  return operations(() => {
    for (const part of chunks) void clone.streamValidate(part, {} as never);
  });
}

// A limit that the texts do not reach: what failed costs nothing any more.
const {
  lengthLimit: _length,
  sentenceLimit: _sentences,
  noRepetition: _loops,
  jsonSchemaSoFar: _json,
  ...others
} = samples;

describe.each(Object.entries(others))(
  '%s takes a constant number of steps a character',
  (_name, { make }) => {
    test.each(Object.keys(kinds))('of %s', (kind) => {
      for (const chunk of [3, 50_000]) {
        const guardrail = make({ borders: 'none' });
        cost(guardrail, ofLength(kind, 1000), chunk); // What is remembered of letters is not counted.
        const once = cost(guardrail, ofLength(kind, 20_000), chunk);
        const twice = cost(guardrail, ofLength(kind, 40_000), chunk);
        expect(twice).toBeLessThanOrEqual(once * 2.1 + 100);
        expect(twice / 40_000).toBeLessThan(80);
      }
    });
  },
);

test('the meter sees what rescanning costs', () => {
  const rescan = (length: number) =>
    operations(() => {
      let text = '';
      for (let i = 0; i < length; i += 1) {
        text += 'x';
        text.slice(0);
      }
    });
  expect(rescan(2000)).toBeGreaterThan(rescan(1000) * 3.5);
});

test('JSON takes a constant number of steps a character, whatever the document', async () => {
  const { jsonSchemaSoFar } = await import('../src/index.js');
  const item = { type: 'object', properties: { id: { type: 'integer' }, tag: { enum: ['a', 'b'] } } };
  const guardrail = jsonSchemaSoFar({ type: 'array', items: { anyOf: [item, { type: 'string' }] } });
  const document = (items: number) =>
    `[${Array.from({ length: items }, (_, i) => `{"id": ${i}, "tag": "a"}`).join(',')}]`;
  await guardrail.streamValidate(' ', {} as never); // Before the first chunk the schema is checked.
  cost(guardrail, document(10), 7);
  const once = cost(guardrail, document(1000), 7);
  const twice = cost(guardrail, document(2000), 7);
  expect(twice).toBeLessThanOrEqual(once * 2.2);
  expect(twice / document(2000).length).toBeLessThan(80);
  const string = jsonSchemaSoFar({ type: 'string' });
  await string.streamValidate(' ', {} as never);
  const texts = (length: number) => cost(string, `"${'x'.repeat(length)}`, 3);
  expect(texts(20_000)).toBeGreaterThan(20_000);
  expect(texts(40_000)).toBeLessThanOrEqual(texts(20_000) * 2.1);
});

test('repetition takes a constant number of steps a character of text that repeats nothing', async () => {
  const { noRepetition } = await import('../src/index.js');
  const numbers = (count: number) =>
    Array.from({ length: count }, (_, i) => `w${(i * 7919) % 100_003}`).join(' ');
  const guardrail = noRepetition();
  const once = cost(guardrail, numbers(5000), 9);
  const twice = cost(guardrail, numbers(10_000), 9);
  expect(twice).toBeLessThanOrEqual(once * 2.2);
  expect(twice / numbers(10_000).length).toBeLessThan(80);
});

test('languages are asked of each character once', async () => {
  let read = 0;
  const guardrail = language(['en'], { borders: 'none' });
  const text = 'The quick brown fox jumps over the lazy dog, and the dog does not mind at all. '.repeat(200);
  await guardrail.streamValidate(' ', {} as never);
  const { eld } = await import('eld/small');
  const original = eld.detect;
  eld.detect = (given: string) => {
    read += given.length;
    return original.call(eld, given);
  };
  try {
    for (let i = 0; i < text.length; i += 5)
      expect((await guardrail.streamValidate(text.slice(i, i + 5), {} as never)).success).toBe('pass');
  } finally {
    eld.detect = original;
  }
  expect(read).toBeGreaterThan(text.length * 0.9);
  expect(read).toBeLessThanOrEqual(text.length + 1);
});
