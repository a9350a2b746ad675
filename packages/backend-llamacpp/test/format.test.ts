import { AbstractTool, type JsonTool } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { getLlama } from 'node-llama-cpp';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { tinyBackend } from './tiny-backend.js';

const llama = await getLlama({ gpu: false, build: 'never', progressLogs: false, maxThreads: 0 });
const backend = tinyBackend({ client: llama });
const ask = 'Make up a robot.';
const ctx = new SimpleContext();

const robot = z.object({
  name: z.string().max(20),
  age: z.int(),
  kind: z.enum(['small', 'big']),
  owner: z.object({ name: z.string().max(20), tags: z.array(z.string().max(8)).max(2) }),
  friends: z.array(z.object({ name: z.string().max(10), isGood: z.boolean() })).max(2),
});

test('a nested schema at temperature 1 is kept, or the token limit is named: 20 seeds', async () => {
  const thunks = await Promise.all(
    Array.from({ length: 20 }, async (_, seed) => {
      const modelOptions = { temperature: 1, seed, maxNewTokens: 150 };
      const [thunk] = await backend.generateFromContext(ask, ctx, { format: robot, modelOptions });
      const outcome = await thunk.avalue().then(
        () => null,
        (error: { code: string }) => error.code,
      );
      return { thunk, outcome };
    }),
  );
  const kept = thunks.filter(({ thunk }) => thunk.generation.finishReason === 'stop');
  const cut = thunks.filter(({ thunk }) => thunk.generation.finishReason === 'length');
  expect(kept.length + cut.length).toBe(20);
  expect(kept.length).toBeGreaterThan(10);
  for (const { thunk, outcome } of kept) {
    expect(outcome).toBeNull();
    expect(robot.parse(JSON.parse(thunk.value as string))).toEqual(thunk.parsedRepr);
  }
  for (const { outcome } of cut) expect(outcome).toBe('component_parse');
});

test('an answer that maxNewTokens cuts says so', async () => {
  const modelOptions = { maxNewTokens: 4 };
  const [thunk] = await backend.generateFromContext(ask, ctx, { format: robot, modelOptions });
  await expect(thunk.avalue()).rejects.toMatchObject({ code: 'component_parse' });
  expect(thunk.generation.finishReason).toBe('length');
  expect(thunk.partialValue).toMatch(/^\{/);
});

test('the text streams, and nothing follows its last bracket', async () => {
  const [thunk] = await backend.generateFromContext(ask, ctx, {
    format: z.object({ name: z.string().max(20), isBig: z.boolean() }),
    modelOptions: { stream: true },
  });
  const pieces: string[] = [];
  for await (const piece of thunk) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toBe(await thunk.avalue());
  expect(thunk.value).toMatch(/^\{.*\}$/s);
  expect(thunk.generation).toMatchObject({ finishReason: 'stop', warnings: [] });
});

test('a property that may be absent is absent where the model made it null', async () => {
  const format = z.object({ name: z.string(), nick: z.string().optional() });
  // The user's own grammar wins over that of the format, and here makes sure of the null.
  const grammar = await llama.createGrammar({
    grammar: String.raw`root ::= "{\"name\": \"Rob\", \"nick\": null}"`,
  });
  const modelOptions = { stream: true, providerOptions: { llamacpp: { grammar } } };
  const [thunk] = await backend.generateFromContext(ask, ctx, { format, modelOptions });
  const pieces: string[] = [];
  for await (const piece of thunk) pieces.push(piece);
  expect(pieces).toEqual(['{"name":"Rob"}']);
  expect(await thunk.avalue()).toBe('{"name":"Rob"}');
  expect(thunk.parsedRepr).toEqual({ name: 'Rob' });
  const [raw] = await backend.generateFromRaw([ask], ctx, { format, modelOptions });
  expect(raw?.parsedRepr).toEqual({ name: 'Rob' });
});

test('raw generation keeps to a format too', async () => {
  const format = z.object({ name: z.string().max(20), nick: z.string().max(5).optional(), age: z.int() });
  const thunks = await backend.generateFromRaw(['A robot as JSON: ', 'A cat as JSON: '], ctx, {
    format,
    modelOptions: { temperature: 1, seed: 3 },
  });
  for (const thunk of thunks) {
    expect(thunk.generation.finishReason).toBe('stop');
    expect(format.parse(JSON.parse(thunk.value as string))).toEqual(thunk.parsedRepr);
  }
});

test('what the grammar does not enforce is a warning, in chats and in batches', async () => {
  const format = { type: 'object', properties: { age: { type: 'integer', minimum: 3 } }, required: ['age'] };
  const [chat] = await backend.generateFromContext(ask, ctx, { format });
  await chat.avalue();
  const [raw] = await backend.generateFromRaw([ask], ctx, { format });
  for (const thunk of [chat, raw]) {
    expect(thunk?.generation.warnings).toEqual([
      { kind: 'unsupported', option: 'format', message: expect.stringContaining('minimum') },
    ]);
  }
});

test('the grammar of a schema is made once', async () => {
  const { formatOf } = await backend._load();
  const schema = { type: 'boolean' } as const;
  expect(await formatOf(schema)).toBe(await formatOf(schema));
  expect(await formatOf({ ...schema })).not.toBe(await formatOf(schema));
});

test('beside tools a format is only checked, and a warning says so', async () => {
  class Clock extends AbstractTool {
    readonly name = 'clock';
    readonly asJsonTool: JsonTool = {
      type: 'function',
      function: { name: 'clock', parameters: { type: 'object', properties: {} } },
    };
    run(): string {
      return 'noon';
    }
  }
  const [thunk] = await backend.generateFromContext('Why is the sky blue?', ctx, {
    format: z.string(),
    toolCalls: true,
    modelOptions: { tools: [new Clock()], maxNewTokens: 30 },
  });
  await thunk.avalue().catch((error: { code: string }) => expect(error.code).toBe('component_parse'));
  expect(thunk.generation.warnings).toEqual([
    { kind: 'unsupported', option: 'format', message: expect.stringContaining('while tools are offered') },
  ]);
});
