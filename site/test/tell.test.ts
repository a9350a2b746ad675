import { type Backend, IncompleteStreamError } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { ScriptedBackend } from '@melliflow/testing';
import { expect, test } from 'vitest';
import { PageBackend } from '../playground/page-backend.js';
import { type Settings, tell } from '../playground/tell.js';
import type { TinyModel } from '../playground/tiny-model.js';
import type { Transcript } from '../playground/transcript.js';
import { portToModel } from './port-to-model.js';

const settings: Settings = {
  prompt: 'Tell.',
  chunking: 'sentence',
  banned: 'drum, old phone',
  maxWords: 0,
  maxSentences: 0,
  release: 'strict',
  retry: 'none',
  temperature: 0,
  seed: 1,
  paceMs: 0,
};

async function told(backend: Backend, change: Partial<Settings> = {}): Promise<string[]> {
  const pages: Transcript[] = [];
  for await (const page of tell({ ...settings, ...change }, backend, new AbortController().signal))
    pages.push(page);
  const last = pages.at(-1);
  const lines = last?.attempts.flatMap(({ chunks }, attempt) =>
    chunks.map(({ text, state, reason }) => `${attempt} ${state}: ${text}${reason ? ` (${reason})` : ''}`),
  );
  return [...(lines ?? []), String(last?.outcome)];
}

const story = { deltas: ['One came. Two pl', 'ayed the drum. Three', ' left.'] };

test('chunks that pass are told, and the first that fails with its reason', async () => {
  expect(await told(new ScriptedBackend([story]))).toEqual([
    '0 passed: One came.',
    '0 failed: Two played the drum. (It has the banned term "drum".)',
    'stopped',
  ]);
});

test('what nothing forbids comes to its end', async () => {
  expect(await told(new ScriptedBackend([story]), { banned: ' , ' })).toEqual([
    '0 passed: One came.',
    '0 passed: Two played the drum.',
    '0 passed: Three left.',
    'complete',
  ]);
});

test('limits stop it too', async () => {
  const backend = new ScriptedBackend([story]);
  expect((await told(backend, { banned: '', maxSentences: 1 })).at(-2)).toMatch(
    /^0 failed: Two .*1 sentence/,
  );
  expect((await told(backend, { banned: '', maxWords: 2 })).at(-2)).toMatch(/^0 failed: Two .*2 words/);
});

test('an attempt that goes on shows only what is new', async () => {
  const backend = new ScriptedBackend([story, { deltas: ['Two sang. ', 'Three left.'] }]);
  expect(await told(backend, { retry: 'resume' })).toEqual([
    '0 passed: One came.',
    '0 failed: Two played the drum. (It has the banned term "drum".)',
    '1 passed: Two sang.',
    '1 passed: Three left.',
    'complete',
  ]);
});

test('an attempt that begins anew takes back what was shown', async () => {
  const backend = new ScriptedBackend([story, { deltas: ['Nobody came.'] }]);
  expect(await told(backend, { retry: 'restart', release: 'optimistic' })).toEqual([
    '0 back: One came.',
    '0 failed: Two played the drum. (It has the banned term "drum".)',
    '1 passed: Nobody came.',
    'complete',
  ]);
});

/** Answers with the pieces, then fails if it is told to. */
const model = (pieces: string[], failure?: Error): Pick<TinyModel, 'answer'> => ({
  *answer() {
    yield* pieces;
    if (failure) throw failure;
    return { reason: 'stop', promptTokens: 3, completionTokens: pieces.length };
  },
});

test('the backend of the page streams, counts and leaves no listener', async () => {
  const port = portToModel(model(['Good ', 'morning.']));
  const [thunk] = await new PageBackend(port).generateFromContext('Greet.', new SimpleContext());
  expect(await thunk.avalue()).toBe('Good morning.');
  expect(thunk.generation.usage?.totalTokens).toBe(5);
  expect(port.listeners).toBe(0);
});

test('without a seed each call draws anew, and a given one is kept', async () => {
  const port = portToModel(model(['.']));
  const backend = new PageBackend(port);
  backend.nextSeed = 7;
  for (const modelOptions of [{}, {}, { seed: 3 }]) {
    const [thunk] = await backend.generateFromContext('Go.', new SimpleContext(), { modelOptions });
    await thunk.avalue();
  }
  expect(port.sent.flatMap((one) => (one.type === 'answer' ? [one.draw.seed] : []))).toEqual([7, 8, 3]);
});

test('a cancel stops the model, and keeps the part', async () => {
  const port = portToModel({
    *answer() {
      for (;;) yield 'on ';
    },
  });
  const [thunk] = await new PageBackend(port).generateFromContext('Go.', new SimpleContext());
  for await (const piece of thunk) if (piece !== '') break;
  await thunk.cancelGeneration();
  expect([thunk.value?.startsWith('on '), port.sent.at(-1)?.type, port.listeners]).toEqual([true, 'stop', 0]);
});

test('a failure of the model reaches who asked', async () => {
  const port = portToModel(model(['Good '], new Error('The model could not be loaded.')));
  const [thunk] = await new PageBackend(port).generateFromContext('Greet.', new SimpleContext());
  await expect(thunk.avalue()).rejects.toMatchObject({ code: 'backend', message: /could not be loaded/ });
  expect(IncompleteStreamError.is(await thunk.avalue().catch((error) => error))).toBe(false);
  expect([thunk.partialValue, port.listeners]).toEqual(['Good ', 0]);
});
