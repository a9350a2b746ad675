import { getEventListeners } from 'node:events';
import { SimpleContext } from '@melliflow/stdlib';
import { expect, test } from 'vitest';
import { eventsOf, tinyBackend } from './tiny-backend.js';

const story = 'Write a short story about a robot.';

/** Options that count the tokens which the engine gives out. */
function counting() {
  const counter = { tokens: 0 };
  const onToken = (tokens: readonly unknown[]): void => {
    counter.tokens += tokens.length;
  };
  return { counter, modelOptions: { stream: true, providerOptions: { llamacpp: { onToken } } } };
}

test('an abort takes hold within one token, and what was used is told', async () => {
  const backend = tinyBackend({ sequences: 1 });
  const caller = new AbortController();
  const { events, error } = await eventsOf(backend, story, {
    signal: caller.signal,
    onText: (count) => count === 5 && caller.abort(new Error('enough')),
  });
  const texts = events.filter(({ type }) => type === 'text').length;
  const usage = events.find((event) => event.type === 'usage')?.usage;
  expect(error).toMatchObject({ code: 'generation_cancelled', cause: { message: 'enough' } });
  expect(usage?.completionTokens).toBeGreaterThanOrEqual(5);
  expect(usage?.completionTokens).toBeLessThanOrEqual(texts + 1);
  expect(events.at(-1)?.type).toBe('usage');
});

test('cancelGeneration stops the engine within one token', async () => {
  const backend = tinyBackend({ sequences: 1 });
  const { counter, modelOptions } = counting();
  const [thunk] = await backend.generateFromContext(story, new SimpleContext(), { modelOptions });
  let seen = 0;
  let atCancel = 0;
  for await (const _ of thunk) {
    if (++seen !== 5) continue;
    atCancel = counter.tokens;
    await thunk.cancelGeneration();
  }
  expect(thunk.cancelled).toBe(true);
  expect(thunk.value).toBe(thunk.partialValue);
  expect(counter.tokens - atCancel).toBeLessThanOrEqual(1);
  // The only sequence is free again, and answers.
  const [next] = await backend.generateFromContext('Why is the sky blue?', new SimpleContext());
  expect(await next.avalue()).toContain('sky');
});

test('the signal of a call ends it with GenerationCancelledError, and keeps no listener', async () => {
  const backend = tinyBackend({ sequences: 1 });
  const caller = new AbortController();
  const { modelOptions } = counting();
  const [thunk] = await backend.generateFromContext(story, new SimpleContext(), {
    modelOptions,
    signal: caller.signal,
  });
  for await (const piece of thunk) {
    expect(piece).not.toBe('');
    break;
  }
  caller.abort();
  await expect(thunk.avalue()).rejects.toMatchObject({ code: 'generation_cancelled' });
  expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
});

test('many calls with one signal leave no listener on it', async () => {
  const backend = tinyBackend({ sequences: 2 });
  const { signal } = new AbortController();
  const modelOptions = { maxNewTokens: 1 };
  for (let i = 0; i < 25; i++) {
    const [thunk] = await backend.generateFromContext('Hello.', new SimpleContext(), {
      signal,
      modelOptions,
    });
    await thunk.avalue();
  }
  await Promise.all(Array.from({ length: 8 }, () => eventsOf(backend, 'Hello.', { signal, modelOptions })));
  await backend.generateFromRaw(Array(50).fill('Hello.'), new SimpleContext(), { signal, modelOptions });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('who waits for a sequence can be cancelled without waiting on', async () => {
  const backend = tinyBackend({ sequences: 1 });
  await backend.load();
  const caller = new AbortController();
  const running = eventsOf(backend, story, { onText: (count) => count === 3 && caller.abort() });
  const waiting = await eventsOf(backend, story, { signal: caller.signal });
  expect(waiting.events.map(({ type }) => type)).toEqual(['prompt']);
  expect(waiting.error).toMatchObject({ code: 'generation_cancelled' });
  expect((await running).events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
});

test('an abort while a long prompt is read does not wait for its end', async () => {
  const backend = tinyBackend({ sequences: 1 });
  const { prompts, sequences } = await backend._load();
  const prompt = 'zebra '.repeat(230);
  const size = prompts.raw(prompt).tokens.length;
  const caller = new AbortController();
  const sequence = await sequences.acquire([], caller.signal);
  sequences.release(sequence);
  // The sequence still holds another long prompt, as it does in daily use.
  await backend.generateFromRaw([`now ${prompt}`], new SimpleContext(), {
    modelOptions: { maxNewTokens: 1 },
  });
  const before = sequence.tokenMeter.getState();
  const batch = backend.generateFromRaw([prompt], new SimpleContext(), { signal: caller.signal });
  // The first step of reading has begun when the engine has counted its tokens.
  while (sequence.tokenMeter.usedInputTokens === before.usedInputTokens) await new Promise(setImmediate);
  caller.abort();
  await expect(batch).rejects.toMatchObject({ cause: { code: 'generation_cancelled' } });
  expect(size).toBeGreaterThan(900);
  expect(sequence.tokenMeter.diff(before).usedInputTokens).toBeLessThanOrEqual(256);
  expect(sequence.tokenMeter.diff(before).usedOutputTokens).toBe(0);
});

test('leaving the events of a wrapped call stops the engine', async () => {
  const backend = tinyBackend({ sequences: 1 });
  const { counter, modelOptions } = counting();
  const left = await eventsOf(backend, story, {
    modelOptions,
    onText: () => {
      throw new Error('the wrapper failed');
    },
  });
  expect(left.error).toMatchObject({ message: 'the wrapper failed' });
  expect(counter.tokens).toBeLessThanOrEqual(2);
  const { events } = await eventsOf(backend, 'Why is the sky blue?');
  expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
});
