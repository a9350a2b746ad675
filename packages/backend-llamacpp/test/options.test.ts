import type { ModelOptions } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { describe, expect, test } from 'vitest';
import { toLlamaCppOptions } from '../src/llamacpp-options.js';
import { tinyBackend } from './tiny-backend.js';

const backend = tinyBackend({ modelOptions: { maxNewTokens: 60 } });
const story = 'Write a short story about a robot.';

async function ask(modelOptions: ModelOptions) {
  const [thunk] = await backend.generateFromContext(story, new SimpleContext(), { modelOptions });
  await thunk.avalue();
  return thunk;
}

describe('seeds', () => {
  test('the same seed gives the same text, also beside other generations and on a used sequence', async () => {
    const options = { seed: 7, temperature: 1 };
    const alone = await ask(options);
    const together = await Promise.all([
      ask(options),
      ask({ temperature: 1 }),
      ask(options),
      ask({ seed: 8 }),
    ]);
    expect(together[0].value).toBe(alone.value);
    expect(together[2].value).toBe(alone.value);
  });

  test('different seeds differ, and so do calls without one, even within a second', async () => {
    const seeded = await Promise.all([1, 2, 3, 4].map((seed) => ask({ seed, temperature: 1 })));
    const unseeded = await Promise.all([1, 2, 3, 4].map(() => ask({ temperature: 1 })));
    expect(new Set(seeded.map(({ value }) => value)).size).toBeGreaterThan(1);
    expect(new Set(unseeded.map(({ value }) => value)).size).toBeGreaterThan(1);
  });

  test('a call with a seed starts from an empty state, one without reads only what is new', async () => {
    const single = tinyBackend({ sequences: 1 });
    const { sequences } = await single._load();
    const sequence = await sequences.acquire([], new AbortController().signal);
    sequences.release(sequence);
    const read = async (modelOptions: ModelOptions): Promise<number> => {
      const before = sequence.tokenMeter.getState();
      const [thunk] = await single.generateFromContext(story, new SimpleContext(), { modelOptions });
      await thunk.avalue();
      expect(thunk.generation.usage?.promptTokens).toBe(17);
      return sequence.tokenMeter.diff(before).usedInputTokens;
    };
    const maxNewTokens = 3;
    // The last token of a prompt is always read anew: it draws the first of the answer.
    expect(await read({ maxNewTokens })).toBe(16);
    expect(await read({ maxNewTokens })).toBe(0);
    expect(await read({ maxNewTokens, seed: 1 })).toBe(16);
  });

  test('a long prompt is read once, whatever the sequence held', async () => {
    const single = tinyBackend({ sequences: 1 });
    const { sequences, prompts } = await single._load();
    const sequence = await sequences.acquire([], new AbortController().signal);
    sequences.release(sequence);
    for (const text of ['zebra '.repeat(200), `now ${'tiger '.repeat(200)}`]) {
      const before = sequence.tokenMeter.getState();
      await single.generateFromRaw([text], new SimpleContext(), { modelOptions: { maxNewTokens: 1 } });
      const { tokens } = prompts.raw(text);
      const expected = tokens.length - 1 - (text.startsWith('now') ? 1 : 0);
      expect(sequence.tokenMeter.diff(before).usedInputTokens).toBe(expected);
      expect(sequence.contextTokens).toEqual(tokens);
    }
  });

  test('negative and very large seeds are seeds of their own', () => {
    const seedOf = (seed: number) => toLlamaCppOptions({ seed }, undefined).options.seed;
    expect([seedOf(-1), seedOf(-2), seedOf(2 ** 32 + 5)]).toEqual([0xffffffff, 0xfffffffe, 5]);
  });
});

test('a stop text ends the output and does not stand in it', async () => {
  const whole = (await ask({})).value as string;
  const [, stop = ''] = /^\S+ \S+( \S+ \S+)/.exec(whole) ?? [];
  const thunk = await ask({ stop: ['never said', stop] });
  expect(thunk.value).toBe(whole.slice(0, whole.indexOf(stop)));
  expect(thunk.generation.finishReason).toBe('stop');
});

test('maxNewTokens ends the output with finish reason length', async () => {
  const thunk = await ask({ maxNewTokens: 5 });
  expect(thunk.generation.finishReason).toBe('length');
  expect(thunk.generation.usage?.completionTokens).toBe(5);
});

test("the options of a call win over those of the backend, and the engine's own over both", async () => {
  const own = await ask({
    maxNewTokens: 7,
    providerOptions: { llamacpp: { maxTokens: 3 }, other: { maxTokens: 1 } },
  });
  expect(own.generation.usage?.completionTokens).toBe(3);
  expect((await ask({ maxNewTokens: 7 })).generation.usage?.completionTokens).toBe(7);
});

test('every option has its place in the engine', () => {
  const given = {
    temperature: 0.5,
    maxNewTokens: 9,
    seed: 3,
    topP: 0.9,
    topK: 20,
    minP: 0.1,
    stop: ['x'],
    repetitionPenalty: 1.2,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    stream: true,
    systemPrompt: 'Be brief.',
  };
  expect(toLlamaCppOptions(given, undefined)).toEqual({
    warnings: [],
    options: {
      temperature: 0.5,
      maxTokens: 9,
      seed: 3,
      topP: 0.9,
      topK: 20,
      minP: 0.1,
      customStopTriggers: ['x'],
      repeatPenalty: { penalty: 1.2, presencePenalty: 0.1, frequencyPenalty: 0.2 },
    },
  });
});

test('what cannot be honoured is a warning on the result', async () => {
  const thunk = await ask({ contextWindow: 2048, toolChoice: 'auto', maxNewTokens: 2 });
  expect(thunk.generation.warnings.map(({ kind, option }) => [kind, option])).toEqual([
    ['unsupported', 'toolChoice'],
    ['unsupported', 'contextWindow'],
  ]);
});

test('a context window among the options of the backend sizes its context', async () => {
  const small = tinyBackend({ modelOptions: { contextWindow: 256, maxNewTokens: 2 } });
  const [thunk] = await small.generateFromContext('Hello.', new SimpleContext());
  await thunk.avalue();
  expect(thunk.generation.warnings).toEqual([]);
  expect((await small._load()).contextSize).toBe(256);
});
