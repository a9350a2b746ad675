import { expect, it } from 'vitest';
import { redactedJson } from '../src/implement/index.js';
import { ImageBlock } from '../src/index.js';

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const round: Record<string, unknown> = {};
round.self = round;

it.each<[string, unknown, unknown]>([
  ['plain data as it is', { a: [1, 'b', null, true, undefined] }, { a: [1, 'b', null, true, null] }],
  ['a credential by its shape', ['Bearer abcdefgh'], ['Bearer [redacted]']],
  ['a credential by its name', { 'api-key': 'abcd1234' }, { 'api-key': '[redacted]' }],
  ['a credential in JSON in a text', { a: '{"api_key":"abcd1234"}' }, { a: '{"api_key":"[redacted]"}' }],
  ['a known secret with quotes', ['my "word" is'], ['my [redacted] is']],
  ['images', [new ImageBlock(png), `data:image/png;base64,${png}`], [{ value: '[image]' }, '[image]']],
  ['bytes', { b: new Uint8Array(3) }, { b: '[bytes]' }],
  ['big numbers', [10n], ['10']],
])('shows %s', (_, value, shown) => {
  expect(JSON.parse(redactedJson(value, ['"word"']))).toEqual(shown);
});

it('never throws', () => {
  const broken = {
    toJSON() {
      throw new Error('broken');
    },
  };
  expect([round, broken, undefined, () => 1].map((value) => redactedJson(value))).toEqual([
    '[Object]',
    '[Object]',
    'undefined',
    'function',
  ]);
});
