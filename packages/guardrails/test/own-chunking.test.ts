import type { Requirement } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { type ChunkingName, streamWithChunking } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, test } from 'vitest';
import {
  balancedFences,
  bannedTerms,
  batchedJudge,
  type GuardrailInit,
  jsonSchemaSoFar,
  type TextGuardrail,
} from '../src/index.js';

const chunkings: readonly ChunkingName[] = [
  'sentence',
  'word',
  'paragraph',
  'intl-sentence',
  'intl-word',
  'grapheme',
  'markdown',
  'code',
  'json',
  'delta',
];

async function streamed(guardrail: Requirement, deltas: readonly string[], chunking: ChunkingName) {
  const backend = new ScriptedBackend([{ deltas }]);
  const options = { requirements: [guardrail], chunking };
  const stream = await streamWithChunking('Go.', backend, new SimpleContext(), options);
  const verdicts: string[] = [];
  for await (const event of stream.events())
    if (event.type === 'quick_check') verdicts.push(...event.results.map(({ success }) => success));
  const [verdict] = [...stream.streamingFailures.map(([, failure]) => failure), ...stream.finalValidations];
  return { last: verdicts.at(-1), text: stream.fullText, reason: verdict?.reason };
}

describe.each(chunkings)('in a stream cut by %s', (chunking) => {
  test('JSON is read to the character', async () => {
    const schema = { properties: { a: { type: 'string', maxLength: 4 }, b: { type: 'array' } } };
    const deltas = ['{\n  "a": "x', '  y",\n  "b', '": [1, 2]', '\n}'];
    const guardrail = jsonSchemaSoFar(schema);
    const fits = await streamed(guardrail, deltas, chunking);
    expect(fits).toEqual({ last: 'pass', text: deltas.join(''), reason: null });
    const { last, text, reason } = await streamed(guardrail, [...deltas.slice(0, 2), '": 1', '}'], chunking);
    expect([last, reason]).toEqual(['fail', 'The schema does not allow number here (at character 25, $.b).']);
    expect(deltas.slice(0, 2).join('').startsWith(text)).toBe(true);
  });

  test('fences stand in the lines in which they were written', async () => {
    const deltas = ['So:\n\n``', '`js\nlet a = 1;\n\n', 'let b = `x`;\n', '```\nDone.'];
    const closed = await streamed(balancedFences(), deltas, chunking);
    expect(closed).toEqual({ last: 'pass', text: deltas.join(''), reason: null });
    const open = await streamed(balancedFences(), deltas.slice(0, 3), chunking);
    expect([open.last, open.reason]).toEqual(['unknown', 'A fenced code block is not closed.']);
  });
});

test('a chunking and borders that are given are kept', () => {
  const settingsFor = (init: GuardrailInit) =>
    [jsonSchemaSoFar({}, init), balancedFences(init)].map((one) => {
      const { chunking, borders } = one as TextGuardrail;
      return `${chunking} ${borders}`;
    });
  expect(settingsFor({ borders: undefined, chunking: undefined })).toEqual(['delta none', 'delta none']);
  expect(settingsFor({ borders: 'none' })).toEqual(['delta none', 'delta none']);
  expect(settingsFor({ borders: 'space' })).toEqual(['undefined space', 'undefined space']);
  expect(settingsFor({ chunking: 'word' })).toEqual(['word space', 'word space']);
  expect(settingsFor({ chunking: 'grapheme', borders: 'none' })).toEqual(['grapheme none', 'grapheme none']);
});

test('any guardrail can be given a chunking of its own', async () => {
  const tried = async (requirement: Requirement): Promise<boolean> => {
    const backend = new ScriptedBackend([{ deltas: ['We st', 'art a p', 'arty.'] }]);
    const stream = await streamWithChunking('Go.', backend, new SimpleContext(), {
      requirements: [requirement],
      chunking: 'delta',
      validationBackend: new ScriptedBackend([{ deltas: ['no'] }]),
    });
    await stream.acomplete();
    return stream.completed;
  };
  expect(await tried(bannedTerms(['art'], { chunking: 'word' }))).toBe(true);
  expect(await tried(batchedJudge('Be kind.', { chunks: 4, chunking: 'delta' }))).toBe(true);
  expect(await tried(batchedJudge('Be kind.', { chunks: 4, chunking: 'word' }))).toBe(false);
});
