import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ollamaServer, type WireServer } from '@melliflow/backend-conformance/servers';
import { AbstractTool, ImageBlock, type JsonTool, type ModelOptions } from '@melliflow/core';
import { Message } from '@melliflow/stdlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toOllamaMessages } from '../src/to-ollama-messages.js';
import { ask, ctx } from './ask.js';
import { ownSdk, sdks } from './sdk.js';

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

class Weather extends AbstractTool {
  readonly name = 'weather';
  readonly asJsonTool: JsonTool = {
    type: 'function',
    function: { name: 'weather', description: 'd', parameters: { type: 'object' } },
  };
  run(): string {
    return 'rain';
  }
}

let server: WireServer;
beforeEach(async () => {
  server = await ollamaServer();
  server.reply({ deltas: ['ok'] });
});
afterEach(() => server.close());

const sampling: ModelOptions = {
  temperature: 0.1,
  maxNewTokens: 5,
  seed: 7,
  contextWindow: 2048,
  topP: 0.9,
  topK: 40,
  minP: 0.1,
  stop: ['a', 'b'],
  logprobs: 2,
  presencePenalty: 0.2,
  frequencyPenalty: 0.1,
  repetitionPenalty: 1.1,
};
const wireOptions = {
  temperature: 0.1,
  num_predict: 5,
  seed: 7,
  num_ctx: 2048,
  stop: ['a', 'b'],
  top_p: 0.9,
  top_k: 40,
  min_p: 0.1,
  presence_penalty: 0.2,
  frequency_penalty: 0.1,
  repeat_penalty: 1.1,
};

describe.each(sdks)('a request over $name', (sdk) => {
  it('has every option under its own name', async () => {
    const modelOptions = { ...sampling, systemPrompt: 'Be brief.', thinking: 'low' } as const;
    const { thunk } = await ask(sdk.backend(server, { keepAlive: '10m' }), 'Hi.', { modelOptions });
    expect(server.requests[0]?.path).toBe('/api/chat');
    expect(server.requests[0]?.body).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi.' },
      ],
      options: wireOptions,
      think: 'low',
      logprobs: true,
      top_logprobs: 2,
      keep_alive: '10m',
      stream: true,
    });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer ollama-key-1');
    expect(thunk.generation.warnings.map(({ message }) => message)).toEqual([
      'The server gave no log probabilities.',
    ]);
  });

  it('has the provider options as they are, over ours, and leaves frozen ones unchanged', async () => {
    const messages = Object.freeze([
      Object.freeze({ role: 'user', content: 'own', images: Object.freeze([png]) }),
    ]);
    const own = Object.freeze({
      messages,
      options: Object.freeze({ seed: 8, num_gpu: 1 }),
      truncate: false,
      stream: false,
    });
    const modelOptions = {
      seed: 7,
      topK: 3,
      providerOptions: Object.freeze({ ollama: own, other: { x: 1 } }),
    };
    expect((await ask(sdk.backend(server), 'Hi.', { modelOptions })).text).toBe('ok');
    expect(server.requests[0]?.body).toEqual({
      model: 'm',
      messages,
      options: { seed: 8, top_k: 3, num_gpu: 1 },
      truncate: false,
      // A reply that comes whole would wait behind the platform's own time limit.
      stream: true,
    });
  });

  it('offers tools, as they are; the wire has no choice among them but to offer none', async () => {
    const tool = new Weather();
    server.reply({ toolCalls: [{ name: 'weather', args: { city: 'Bern' } }], finish: 'stop' });
    await ask(sdk.backend(server));
    const asked = async (toolChoice: ModelOptions['toolChoice']) => {
      const options = { modelOptions: { tools: [tool], toolChoice }, toolCalls: true };
      return (await ask(sdk.backend(server), 'Hi.', options)).thunk;
    };
    const thunk = await asked(undefined);
    expect(server.requests[1]?.body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi.' }],
      tools: [tool.asJsonTool],
      stream: true,
    });
    expect(thunk.toolCalls?.map(({ args, func }) => [args, func])).toEqual([[{ city: 'Bern' }, tool]]);
    expect([thunk.generation.finishReason, thunk.generation.warnings]).toEqual(['tool_calls', []]);
    const forced = await asked({ name: 'weather' });
    expect(forced.generation.warnings.map(({ option }) => option)).toEqual(['toolChoice']);
    await asked('none');
    expect(server.requests.map(({ body }) => 'tools' in body)).toEqual([false, true, true, false]);
  });

  it('has images as bare base64', async () => {
    const message = new Message('user', 'What is this?', { images: [new ImageBlock(png)] });
    const [thunk] = await sdk.backend(server).generateFromContext(message, ctx);
    await thunk.avalue();
    expect(server.requests[0]?.body.messages).toEqual([
      { role: 'user', content: 'What is this?', images: [png] },
    ]);
  });

  it('never holds a file whose name stands where an image should', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'melliflow-'));
    const file = join(folder, 'secret');
    writeFileSync(file, 'SECRET');
    const messages = [{ role: 'user', content: 'look', images: [file] }];
    const options = { modelOptions: { providerOptions: { ollama: { messages, images: [file] } } } };
    await ask(sdk.backend(server), 'Hi.', options);
    await sdk.backend(server).generateFromRaw(['Hi.'], ctx, options);
    for (const { body } of server.requests) expect(body).toMatchObject({ messages, images: [file] });
    expect(server.requests.map(({ text }) => text).join()).not.toContain(btoa('SECRET'));
    rmSync(folder, { recursive: true });
  });

  it('of a raw batch is one per prompt, with its own usage and log probabilities', async () => {
    server = await ollamaServer();
    const logprobs = [{ token: 'a', logprob: -1, top: [{ token: 'b', logprob: -2 }] }];
    server.reply(({ body }) => ({
      thinking: ['hm'],
      deltas: ['re: ', String(body.prompt)],
      usage: { promptTokens: String(body.prompt).length, completionTokens: 1 },
      finish: 'length',
      logprobs,
    }));
    const modelOptions = { ...sampling, thinking: true, systemPrompt: 'x' } as const;
    const thunks = await sdk
      .backend(server, { keepAlive: -1 })
      .generateFromRaw(['a', 'bb'], ctx, { modelOptions });
    expect(server.requests.map(({ path }) => path)).toEqual(['/api/generate', '/api/generate']);
    expect(server.requests[0]?.body).toEqual({
      model: 'm',
      prompt: 'a',
      raw: true,
      options: wireOptions,
      logprobs: true,
      top_logprobs: 2,
      keep_alive: -1,
      stream: true,
    });
    expect(
      thunks.map(({ value, thinking, generation }) => [
        value,
        thinking,
        generation.finishReason,
        generation.usage?.promptTokens,
        generation.logprobs,
        generation.warnings.map(({ option }) => option),
      ]),
    ).toEqual([
      ['re: a', 'hm', 'length', 1, logprobs, ['thinking', 'systemPrompt']],
      ['re: bb', 'hm', 'length', 2, logprobs, ['thinking', 'systemPrompt']],
    ]);
  });

  it('holds an answer to a format, a raw one too, and streams it as it comes', async () => {
    server = await ollamaServer();
    server.reply({ deltas: ['{"name":', '"Ann"}'] });
    const format = z.object({ name: z.string(), age: z.number().optional() });
    const [thunk] = await sdk
      .backend(server)
      .generateFromContext('Who?', ctx, { format, modelOptions: { stream: true } });
    const pieces: string[] = [];
    for await (const piece of thunk) pieces.push(piece);
    expect([pieces, thunk.parsedRepr]).toEqual([['{"name":', '"Ann"}'], { name: 'Ann' }]);
    const [raw] = await sdk.backend(server).generateFromRaw(['Who?'], ctx, { format });
    expect(raw?.parsedRepr).toEqual({ name: 'Ann' });
    for (const { body } of server.requests) {
      expect(body.format).toMatchObject({
        type: 'object',
        properties: { name: { type: 'string' }, age: { type: 'number' } },
        required: ['name'],
      });
    }
  });
});

it.each([
  ['a list', z.array(z.string()), '["a"]', ['a']],
  ['a word', z.enum(['yes', 'no']), '"yes"', 'yes'],
  ['a map', z.record(z.string(), z.number()), '{"a":1}', { a: 1 }],
  ['options', z.object({ a: z.string().optional(), b: z.null() }), '{"b":null}', { b: null }],
  ['a union', z.union([z.object({ a: z.tuple([z.string(), z.number()]) }), z.string()]), '"x"', 'x'],
])('a format that is %s needs no way back', async (_, format, text, value) => {
  const wire = await ollamaServer();
  wire.reply({ deltas: [text] });
  const { thunk } = await ask(ownSdk.backend(wire), 'Hi.', { format: format as z.ZodType });
  expect([thunk.value, thunk.parsedRepr]).toEqual([text, value]);
  await wire.close();
});

it.each([true, false, 'high'] as const)('thinking: %s is think', async (thinking) => {
  await ask(ownSdk.backend(server), 'Hi.', { modelOptions: { thinking } });
  expect(server.requests[0]?.body.think).toBe(thinking);
});

it('log probabilities may be asked for without alternatives', async () => {
  await ask(ownSdk.backend(server), 'Hi.', { modelOptions: { logprobs: true } });
  await ask(ownSdk.backend(server), 'Hi.', { modelOptions: { logprobs: false } });
  const [asked, unasked] = server.requests.map(({ body }) => body);
  expect(asked).toMatchObject({ logprobs: true });
  expect(asked).not.toHaveProperty('top_logprobs');
  expect(unasked).not.toHaveProperty('logprobs');
});

it('a conversation with tools is told by their names', () => {
  const calls = [
    { id: 'a', name: 'f', args: { x: 1 } },
    { id: null, name: 'g', args: {} },
  ];
  const wire = toOllamaMessages(
    [
      { role: 'assistant', content: '', toolCalls: calls },
      { role: 'tool', content: 'of g', name: 'g', toolCallId: 'a' },
      { role: 'tool', content: 'of f', toolCallId: 'a' },
      { role: 'tool', content: 'of nobody' },
      { role: 'user', content: 'so', name: 'Ann', images: [`data:image/png;base64,${png}`] },
    ],
    'm',
  );
  expect(wire).toEqual([
    {
      role: 'assistant',
      content: '',
      tool_calls: [
        { function: { name: 'f', arguments: { x: 1 } } },
        { function: { name: 'g', arguments: {} } },
      ],
    },
    { role: 'tool', content: 'of g', tool_name: 'g' },
    { role: 'tool', content: 'of f', tool_name: 'f' },
    { role: 'tool', content: 'of nobody' },
    { role: 'user', content: 'so', images: [png] },
  ]);
  const file = { role: 'user', content: '', images: ['./secret.txt'] } as const;
  expect(() => toOllamaMessages([file], 'm')).toThrow('an image must be base64');
});
