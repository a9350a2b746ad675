import { hfServer, type WireServer } from '@melliflow/backend-conformance/servers';
import type { BatchGenerationError } from '@melliflow/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ctx } from './ask.js';
import { byteServer, json, sends } from './byte-server.js';
import { ownSdk, sdks } from './sdk.js';

const format = { type: 'object', properties: { a: { type: 'string' } } } as const;

let server: WireServer;
beforeEach(async () => {
  server = await hfServer();
});
afterEach(() => server.close());

describe.each(sdks)('a raw batch over $name', (sdk) => {
  it('is one request, put back in order, with its usage shared', async () => {
    server.reply({
      choices: [{ deltas: ['one'] }, { deltas: ['two two'], finish: 'length' }],
      order: [1, 0],
      usage: { promptTokens: 10, completionTokens: 10 },
    });
    const modelOptions = {
      maxNewTokens: 9,
      temperature: 0.5,
      topP: 0.9,
      topK: 3,
      seed: 7,
      stop: ['x'],
      repetitionPenalty: 1.1,
      frequencyPenalty: 0.1,
      thinking: true,
      providerOptions: { hf: { truncate: 9 } },
    };
    const thunks = await sdk.backend(server).generateFromRaw(['aaaa', 'b'], ctx, { modelOptions });
    expect(server.requests.map(({ path, body }) => [path, body])).toEqual([
      [
        '/v1/completions',
        {
          model: 'm',
          prompt: ['aaaa', 'b'],
          max_tokens: 9,
          temperature: 0.5,
          top_p: 0.9,
          top_k: 3,
          seed: 7,
          stop: ['x'],
          repetition_penalty: 1.1,
          frequency_penalty: 0.1,
          truncate: 9,
        },
      ],
    ]);
    expect(thunks.map(({ value, generation }) => [value, generation.finishReason])).toEqual([
      ['one', 'stop'],
      ['two two', 'length'],
    ]);
    expect(thunks.map(({ generation }) => generation.usage)).toEqual([
      { promptTokens: 8, completionTokens: 3, totalTokens: 11, estimated: true },
      { promptTokens: 2, completionTokens: 7, totalTokens: 9, estimated: true },
    ]);
    expect(thunks[0]?.generation.warnings.map(({ option }) => option)).toEqual(['thinking']);
  });

  it('with several choices takes the first of each prompt', async () => {
    server.reply({
      choices: ['a1', 'a2', 'b1', 'b2'].map((text) => ({ deltas: [text] })),
      order: [3, 2, 1, 0],
    });
    const modelOptions = { providerOptions: { hf: { n: 2 } } };
    const thunks = await sdk.backend(server).generateFromRaw(['a', 'b'], ctx, { modelOptions });
    expect(thunks.map(({ value }) => value)).toEqual(['a1', 'b1']);
  });

  it('may be one request per prompt, a text each', async () => {
    server.reply({ deltas: ['ok'] });
    const backend = sdk.backend(server, { rawBatch: false });
    const thunks = await backend.generateFromRaw(['a', 'b', 'c'], ctx);
    expect(thunks.map(({ value }) => value)).toEqual(['ok', 'ok', 'ok']);
    expect(server.requests.map(({ body }) => body.prompt)).toEqual(['a', 'b', 'c']);
    expect(backend.capabilities).toMatchObject({ raw: true, rawBatch: false });
  });

  it('of more prompts than the server takes fails with its words', async () => {
    await using small = await hfServer({ maxPrompts: 4 });
    small.reply({ deltas: ['ok'] });
    const prompts = ['1', '2', '3', '4', '5'];
    await expect(sdk.backend(small).generateFromRaw(prompts, ctx)).rejects.toMatchObject({
      cause: {
        code: 'invalid_request',
        message: expect.stringContaining('Number of prompts exceeds the maximum allowed batch size of 4'),
      },
    });
    expect(await sdk.backend(small, { rawBatch: false }).generateFromRaw(prompts, ctx)).toHaveLength(5);
  });

  it('sends a format as a grammar, and trusts nobody', async () => {
    server.reply({ deltas: ['{"a":"b"}'] }, { deltas: ['no JSON'] });
    const backend = sdk.backend(server);
    const [held] = await backend.generateFromRaw(['a'], ctx, { format });
    expect(server.requests[0]?.body.grammar).toMatchObject({ type: 'json', value: format });
    expect(held?.parsedRepr).toEqual({ a: 'b' });
    const lossy = { type: 'object', properties: { a: { type: 'array', uniqueItems: true } } } as const;
    const [free] = await backend.generateFromRaw(['a'], ctx, { format: lossy });
    const told = free?.generation.warnings.map(({ message }) => message).join('\n');
    expect([free?.value, told]).toEqual([
      'no JSON',
      expect.stringMatching(/uniqueItems(.|\n)*not every server knows/),
    ]);
  });

  it('tells log probabilities', async () => {
    const logprobs = [{ token: 'ok', logprob: -0.5, top: [{ token: 'no', logprob: -1 }] }];
    server.reply({ deltas: ['ok'], logprobs });
    const [thunk] = await sdk.backend(server).generateFromRaw(['a'], ctx, { modelOptions: { logprobs: 1 } });
    expect(thunk?.generation.logprobs).toEqual(logprobs);
    expect(server.requests[0]?.body).toMatchObject({ logprobs: 1, details: true });
  });

  it.each([
    ['no answer for a prompt', { choices: [{ index: 0, text: 'a', finish_reason: 'stop' }] }],
    ['no choices', { object: 'text_completion' }],
    ['no JSON', '<html>'],
    ['null', 'null'],
    ['an error', { error: 'no', error_type: 'generation' }],
  ])('that comes back with %s fails', async (_, reply) => {
    await using strange = await byteServer(json(reply));
    await expect(sdk.backend(strange).generateFromRaw(['a', 'b'], ctx)).rejects.toMatchObject({
      code: 'batch_generation',
    });
  });
});

describe('a server that answers in the form of TGI', () => {
  const tokens = [
    { id: 1, text: 'Hel', logprob: -0.1, special: false },
    { id: 2, text: 'lo', logprob: -0.2, special: false },
    { id: 3, text: '</s>', logprob: 0, special: true },
  ];
  const details = { finish_reason: 'stop_sequence', generated_tokens: 3, prefill: [{}, {}], tokens };
  const answer = async (reply: Parameters<typeof byteServer>[0], prompts = ['a']) => {
    await using tgi = await byteServer(reply);
    return await ownSdk.backend(tgi).generateFromRaw(prompts, ctx, { modelOptions: { logprobs: true } });
  };

  it('is understood: a list, or a text alone', async () => {
    const generation = { generated_text: 'Hello', details };
    for (const reply of [[generation], generation]) {
      const [thunk] = await answer(json(reply));
      expect(thunk?.value).toBe('Hello');
      expect(thunk?.generation).toMatchObject({
        finishReason: 'stop',
        usage: { promptTokens: 2, completionTokens: 3, totalTokens: 5 },
        logprobs: [
          { token: 'Hel', logprob: -0.1 },
          { token: 'lo', logprob: -0.2 },
        ],
      });
    }
  });

  it('may have a list of a text per prompt, and say no more', async () => {
    const thunks = await answer(json([{ generated_text: 'x' }, { generated_text: 'y' }]), ['a', 'b']);
    expect(thunks.map(({ value, generation }) => [value, generation.finishReason, generation.usage])).toEqual(
      [
        ['x', 'other', null],
        ['y', 'other', null],
      ],
    );
  });

  it('may stream its tokens, whose end must be told', async () => {
    const top = [{ text: 'HEL', logprob: -3 }];
    const last = { generated_text: 'Hello', details: { ...details, input_length: 4, prefill: undefined } };
    const events = tokens.map((token, index) => ({
      index,
      token,
      top_tokens: index === 0 ? top : [],
      ...(index === 2 ? last : { generated_text: null, details: null }),
    }));
    const frames = events.map((event) => `data: ${JSON.stringify(event)}\n\n`);
    const [thunk] = await answer(sends(...frames));
    expect(thunk?.value).toBe('Hello');
    expect(thunk?.generation).toMatchObject({ finishReason: 'stop', usage: { totalTokens: 7 } });
    expect(thunk?.generation.logprobs).toEqual([
      { token: 'Hel', logprob: -0.1, top: [{ token: 'HEL', logprob: -3 }] },
      { token: 'lo', logprob: -0.2 },
    ]);
    await expect(answer(sends(...frames.slice(0, 2)))).rejects.toMatchObject({
      cause: { code: 'malformed_response' },
    });
  });

  it('may stream the chunks of completions, those of a batch mixed', async () => {
    const piece = (index: number, text: string, finish_reason = '') => ({
      choices: [{ index, text, finish_reason }],
    });
    const chunks = [
      piece(1, 'y'),
      piece(0, 'x'),
      piece(1, 'y', 'eos_token'),
      piece(0, 'x', 'length'),
      { choices: [], usage: { prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 } },
    ];
    const frames = [...chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`), 'data: [DONE]\n\n'];
    const thunks = await answer(sends(...frames), ['a', 'b']);
    expect(thunks.map(({ value, generation }) => [value, generation.finishReason])).toEqual([
      ['xx', 'length'],
      ['yy', 'stop'],
    ]);
    expect(thunks.map(({ generation }) => generation.usage?.totalTokens)).toEqual([3, 3]);
    const cut = await answer(sends(...frames.slice(0, 3)), ['a', 'b']).catch((error: unknown) => error);
    expect((cut as BatchGenerationError).results).toMatchObject([
      { code: 'incomplete_stream', partialText: 'x' },
      { value: 'yy' },
    ]);
  });

  it('may count each prompt of a stream beside its end, which is no count of the batch', async () => {
    const usage = { prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 };
    const end = (index: number) =>
      `data: ${JSON.stringify({ usage, choices: [{ index, text: 'x', finish_reason: 'length' }] })}\n\n`;
    const [alone] = await answer(sends(end(0)));
    expect(alone?.generation.usage).toMatchObject({ totalTokens: 6 });
    const [one] = await answer(sends(end(0), end(1)), ['a', 'b']);
    expect([one?.value, one?.generation.usage]).toEqual(['x', null]);
  });

  it.each([
    ['a list with nothing in it', json([{ generated_text: 'x' }, null])],
    ['tokens that are none', json({ generated_text: 'x', details: { ...details, tokens: [null] } })],
    ['a text that is none', json({ generated_text: 5, details })],
    ['an event that is none', sends('data: {"token":{"text":"a"}}\n\n', 'data: null\n\n')],
    ['an event that is no JSON', sends('data: {"choices":[]}\n\n', 'data: {"cho\n\n')],
    ['choices that are none', sends('data: {"choices":[null]}\n\n')],
    ['no events', sends('')],
  ])('is malformed with %s', async (_, reply) => {
    await expect(answer(reply, ['a', 'b'])).rejects.toMatchObject({ cause: { code: 'malformed_response' } });
  });

  it.each([
    ['', []],
    [', after a token', [`data: ${JSON.stringify({ token: tokens[0], details: null })}\n\n`]],
    [', after a chunk', ['data: {"choices":[{"index":0,"text":"a"}]}\n\n']],
  ])('may tell an error in its stream%s', async (_, before) => {
    const error = 'Input validation error: `inputs` cannot be empty';
    const told = `data: ${JSON.stringify({ error, error_type: 'validation' })}\n\n`;
    await expect(answer(sends(...before, told))).rejects.toMatchObject({
      cause: { code: 'invalid_request', message: expect.stringContaining('cannot be empty') },
    });
  });
});

describe('what TGI leaves out without a word', () => {
  const warned = (warnings: readonly { option?: string | undefined; message: string }[] = []) =>
    warnings.filter(({ message }) => message.startsWith('TGI')).map(({ option }) => option);
  const modelOptions = { topK: 3, minP: 0.1, presencePenalty: 1, repetitionPenalty: 1.1 };
  const answers = (system_fingerprint: string) =>
    byteServer((response, { path }) => {
      const end = { index: 0, finish_reason: 'stop' };
      const choice = path.includes('chat') ? { ...end, message: { content: 'ok' } } : { ...end, text: 'ok' };
      json({ id: '', model: 'm', system_fingerprint, choices: [choice] })(response);
    });

  it.each([
    ['3.3.4-sha-d5ad3c1', true],
    ['2.0.1-native', true],
    ['3.0.0-dev0-sha-0d03dc1-rocm', true],
    ['fp_44709d6fcb', false],
    ['b4372-0ca416c9', false],
    ['', false],
  ])('is a warning where the server is known by %j: %s', async (fingerprint, isKnown) => {
    await using tgi = await answers(fingerprint);
    const backend = ownSdk.backend(tgi);
    const [raw] = await backend.generateFromRaw(['a'], ctx, { modelOptions, format });
    expect(warned(raw?.generation.warnings)).toEqual(
      isKnown ? ['topK', 'minP', 'presencePenalty', 'format'] : [],
    );
    const [chat] = await backend.generateFromContext('a', ctx, { modelOptions });
    await chat.avalue();
    expect(warned(chat.generation.warnings)).toEqual(isKnown ? ['topK', 'minP', 'repetitionPenalty'] : []);
    const [plain] = await backend.generateFromRaw(['a'], ctx);
    expect(warned(plain?.generation.warnings)).toEqual([]);
  });
});
