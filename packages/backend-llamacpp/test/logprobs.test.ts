import type { ModelOptions, TokenLogprob } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { getLlama } from 'node-llama-cpp';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { alternativesOf } from '../src/llamacpp-logprobs.js';
import { tinyBackend } from './tiny-backend.js';

const llama = await getLlama({ gpu: false, build: 'never', progressLogs: false, maxThreads: 0 });
const backend = tinyBackend({ client: llama });
const ctx = new SimpleContext();
const ask = 'Why is the sky blue?';

async function chat(modelOptions: ModelOptions, more: { format?: z.ZodType } = {}) {
  const [thunk] = await backend.generateFromContext(ask, ctx, { ...more, modelOptions });
  return { text: await thunk.avalue(), logprobs: thunk.generation.logprobs, thunk };
}

async function raw(modelOptions: ModelOptions) {
  const [thunk] = await backend.generateFromRaw(['Once upon a'], ctx, { modelOptions });
  return { text: thunk?.value, logprobs: thunk?.generation.logprobs ?? null };
}

const textOf = (logprobs: readonly TokenLogprob[] | null): string =>
  (logprobs ?? []).map(({ token }) => token).join('');

test.each([
  ['a chat', chat],
  ['a raw prompt', raw],
])('the tokens of %s are told one by one, and asking for them changes nothing', async (_, generate) => {
  for (const options of [{ temperature: 0 }, { temperature: 0.9, seed: 7 }]) {
    const modelOptions = { ...options, maxNewTokens: 30 };
    const plain = await generate(modelOptions);
    const told = await generate({ ...modelOptions, logprobs: true });
    expect(plain.logprobs).toBeNull();
    expect(told.text).toBe(plain.text);
    expect(textOf(told.logprobs)).toBe(told.text);
    for (const { logprob, top } of told.logprobs ?? []) {
      expect(logprob).toBeLessThanOrEqual(0);
      expect(top).toBeUndefined();
    }
  }
});

test.each([
  ['a chat', chat],
  ['a raw prompt', raw],
])('the alternatives of %s are the likeliest tokens, in order, the greedy one first', async (_, generate) => {
  const { logprobs } = await generate({ temperature: 0, maxNewTokens: 30, logprobs: 4 });
  expect(logprobs?.length).toBeGreaterThan(10);
  for (const { token, logprob, top = [] } of logprobs ?? []) {
    expect(top).toHaveLength(4);
    expect(top[0]).toEqual({ token, logprob });
    const all = top.map((one) => one.logprob);
    expect(all).toEqual(all.toSorted((a, b) => b - a));
    expect(all.reduce((sum, one) => sum + Math.exp(one), 0)).toBeLessThanOrEqual(1 + 1e-5);
  }
});

test('what the options leave of the vocabulary is what is told', async () => {
  const { logprobs } = await chat({ temperature: 1, topK: 1, logprobs: 3, maxNewTokens: 5 });
  for (const { token, logprob, top } of logprobs ?? []) {
    expect(logprob).toBe(0);
    expect(top).toEqual([{ token, logprob: 0 }]);
  }
});

test('a stream tells them with its pieces, and a cancel keeps those of the part', async () => {
  const [thunk] = await backend.generateFromContext('Write a short story about a robot.', ctx, {
    modelOptions: { stream: true, logprobs: 0 },
  });
  let pieces = 0;
  for await (const _ of thunk) if (++pieces === 5) await thunk.cancelGeneration();
  expect(thunk.value).not.toBe('');
  expect(textOf(thunk.generation.logprobs).startsWith(thunk.value as string)).toBe(true);
});

test('a format, a stop text and the end of the context take nothing away', async () => {
  const format = z.object({ name: z.string().max(10), isBig: z.boolean() });
  const held = await chat({ logprobs: 1 }, { format });
  expect(textOf(held.logprobs).trimEnd()).toBe(held.text);
  expect(held.thunk.parsedRepr).toEqual(JSON.parse(held.text));
  const stopped = await chat({ logprobs: true, stop: ['blue'] });
  expect(stopped.text).toMatch(/^The sky is\s*$/);
  expect(stopped.text.startsWith(textOf(stopped.logprobs))).toBe(true);
});

test('a character of several tokens is told with the mark of a broken one for each of them', async () => {
  const grammar = await llama.createGrammar({ grammar: 'root ::= "€"' });
  const { text, logprobs } = await chat({ providerOptions: { llamacpp: { grammar } }, logprobs: true });
  expect(text).toBe('€');
  expect(logprobs?.map(({ token }) => token)).toEqual(['\ufffd', '\ufffd', '\ufffd']);
});

test.each([
  [undefined, null],
  [false, null],
  [true, 0],
  [0, 0],
  [5, 5],
])('logprobs %s asks for %s alternatives', (logprobs, alternatives) => {
  expect(alternativesOf(logprobs)).toBe(alternatives);
});
