import { defaultOutputToBool } from '@melliflow/core';
import { redact } from '@melliflow/core/implement';
import { piiPatterns, secretPatterns } from '@melliflow/guardrails';
import { errorFromStatus, withoutEchoes } from '@melliflow/provider-kit';
import { findToolCalls, markdownListItems, mathAnswer } from '@melliflow/stdlib';
import { describe, expect, it } from 'vitest';

const hiding = [...secretPatterns, ...piiPatterns].map(
  ({ source, flags }) => new RegExp(source, `${flags}g`),
);

/** What reads the words of a model or of a server, and what it is fed with, again and again. */
const readers: readonly [name: string, read: (text: string) => unknown, pumps: readonly string[]][] = [
  [
    'errorFromStatus',
    (message) =>
      errorFromStatus(
        { status: 400, body: { error: { message } } },
        { provider: 'p', model: 'm', prompts: [] },
      ),
    ['prompt ', 'input length ', 'number of tokens ', 's prompt', '`inputs` must have less than 1', 'exceed'],
  ],
  [
    'redact',
    (text) => redact(text),
    [
      'Bearer ',
      'Bearer',
      'sk-',
      'sk-a',
      'A',
      'AKIA',
      'api_key',
      'api key= ',
      'secret-key"',
      '//',
      '//a:',
      ' ',
    ],
  ],
  [
    'withoutEchoes',
    (text) => withoutEchoes(text, ['a prompt of some length']),
    ['a', 'a+', '=', 'a prompt ', 'A/'],
  ],
  [
    'mathAnswer',
    (text) => mathAnswer(text),
    ['1', '1,111', '1e', '1 ', '\\frac{1}{', '+\\frac{A', '$', '\\boxed{', '1/', '- '],
  ],
  [
    'findToolCalls',
    (text) => findToolCalls(text, []),
    ['{', '{"name":', '[', '<tool_call>', '```', '{"a":1}', '\\"'],
  ],
  [
    'secretPatterns, piiPatterns',
    (text) => hiding.reduce((rest, pattern) => rest.replace(pattern, ''), text),
    ['-', '-----', '-----BEGIN PRIVATE KEY-----', 'eyJ-', '-AKIAAAAAAAAAAAAAAAAA', 'a@', 'a.', '1 ', '//a:'],
  ],
  ['markdownListItems', (text) => markdownListItems(text), ['- ', '- a\n', '  - ', '1. ', '* * ', '`']],
  ['defaultOutputToBool', (text) => defaultOutputToBool(text), ['yes', ' y', 'ye', ' ']],
];
const units = 2_000;

describe.each(readers)('%s', (_, read, pumps) => {
  it.each(pumps)('takes for twice as much of %j about twice as long', async (pump) => {
    let ratio = Number.POSITIVE_INFINITY;
    // A busy machine makes single measurements long, never short: what is linear shows it sooner or later.
    for (let round = 0; round < 12 && ratio > 3; round++) {
      const [once, twice] = [await shortest(read, pump, units), await shortest(read, pump, 2 * units)];
      ratio = Math.min(ratio, twice / Math.max(once, 0.5));
    }
    expect(ratio).toBeLessThanOrEqual(3);
  });
});

it('what grows by the square is found', async () => {
  const read = (text: string): boolean => /\s+$/.test(`${text}.`);
  let ratio = 0;
  for (let round = 0; round < 12 && ratio <= 3; round++) {
    const [once, twice] = [await shortest(read, ' ', 8 * units), await shortest(read, ' ', 16 * units)];
    ratio = Math.max(ratio, twice / once);
  }
  expect(ratio).toBeGreaterThan(3);
});

/** The shortest of a few times, in ms. */
async function shortest(read: (text: string) => unknown, pump: string, count: number): Promise<number> {
  const text = pump.repeat(count);
  let shortestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const startedAt = performance.now();
    await read(text);
    shortestMs = Math.min(shortestMs, performance.now() - startedAt);
  }
  return shortestMs;
}
