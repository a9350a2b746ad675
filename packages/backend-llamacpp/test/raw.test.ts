import { SimpleContext } from '@melliflow/stdlib';
import { expect, test, vi } from 'vitest';
import { tinyBackend } from './tiny-backend.js';

const backend = tinyBackend({ sequences: 4 });
const modelOptions = { maxNewTokens: 12 };
const beginnings = [
  'Once upon a',
  'The sky',
  'In a',
  'Long ago',
  'My dog',
  'The capital of',
  'A robot',
  'Every day',
];

test('four raw prompts run at once and give what each gives alone, in order', async () => {
  const four = beginnings.slice(0, 4);
  const { sequences } = await backend._load();
  const { acquire, release } = sequences;
  let running = 0;
  let most = 0;
  vi.spyOn(sequences, 'acquire').mockImplementation(async (...wish) => {
    const sequence = await acquire(...wish);
    running += 1;
    most = Math.max(most, running);
    return sequence;
  });
  vi.spyOn(sequences, 'release').mockImplementation((sequence) => {
    running -= 1;
    release(sequence);
  });
  const together = await backend.generateFromRaw(four, new SimpleContext(), { modelOptions });
  vi.restoreAllMocks();
  expect(most).toBe(4);
  expect(running).toBe(0);
  for (const [at, prompt] of four.entries()) {
    const [alone] = await backend.generateFromRaw([prompt], new SimpleContext(), { modelOptions });
    expect(together[at]?.value).toBe(alone?.value);
  }
});

test('more prompts than sequences are all answered, in order', async () => {
  const thunks = await backend.generateFromRaw(beginnings, new SimpleContext(), { modelOptions });
  expect(thunks).toHaveLength(8);
  for (const [at, thunk] of thunks.entries()) {
    const [alone] = await backend.generateFromRaw([beginnings[at] as string], new SimpleContext(), {
      modelOptions,
    });
    expect(thunk.value).toBe(alone?.value);
    expect(thunk.generation.usage?.completionTokens).toBeLessThanOrEqual(12);
    expect(thunk.generateLog?.prompt).toBe(beginnings[at]);
  }
});

test('a raw prompt is gone on with, without the frame of a chat', async () => {
  const { prompts } = await backend._load();
  expect(prompts.raw('Once upon a').tokens).toHaveLength(4);
  const [thunk] = await backend.generateFromRaw(['Once upon a'], new SimpleContext());
  expect(thunk?.value).toMatch(/^ time/);
});

test('one bad item fails the batch and keeps the others', async () => {
  const batch = backend.generateFromRaw(
    ['Once upon a', 'far too long '.repeat(2000), 'The sky'],
    new SimpleContext(),
  );
  const error = await batch.catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'batch_generation', cause: { code: 'context_length' } });
  expect(error.results[0].value).toMatch(/^ time/);
  expect(error.results[1]).toMatchObject({ code: 'context_length' });
  expect(error.results[2].value).toMatch(/^ is/);
});

test('an abort fills what is not done with GenerationCancelledError', async () => {
  const caller = new AbortController();
  const onToken = (): void => caller.abort();
  const batch = backend.generateFromRaw(beginnings, new SimpleContext(), {
    signal: caller.signal,
    modelOptions: { providerOptions: { llamacpp: { onToken } } },
  });
  const error = await batch.catch((thrown) => thrown);
  expect(error.results).toHaveLength(8);
  for (const result of error.results) expect(result).toMatchObject({ code: 'generation_cancelled' });
});

test('a batch wider than the sequences warns of no leak', async () => {
  const wide = tinyBackend({ sequences: 2, maxConcurrency: 32 });
  const warned = vi.fn();
  process.on('warning', warned);
  const thunks = await wide.generateFromRaw(Array(32).fill('The sky'), new SimpleContext(), {
    modelOptions: { maxNewTokens: 1 },
  });
  await new Promise(setImmediate);
  process.off('warning', warned);
  expect(thunks).toHaveLength(32);
  expect(warned).not.toHaveBeenCalled();
});

test('no actions, no call', async () => {
  const untouched = tinyBackend();
  expect(await untouched.generateFromRaw([], new SimpleContext())).toEqual([]);
  expect(untouched._client).toBeNull();
});
