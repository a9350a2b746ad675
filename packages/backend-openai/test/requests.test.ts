import { openaiServer, type WireServer } from '@melliflow/backend-conformance/servers';
import { AbstractTool, CBlock, ImageBlock, type JsonTool, type ModelOptions } from '@melliflow/core';
import { Message } from '@melliflow/stdlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, ctx } from './ask.js';
import { byteServer, json } from './byte-server.js';
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
  server = await openaiServer();
  server.reply({ deltas: ['ok'] });
});
afterEach(() => server.close());

const everything: ModelOptions = {
  temperature: 0.1,
  maxNewTokens: 5,
  seed: 7,
  systemPrompt: 'Be brief.',
  thinking: 'low',
  topP: 0.9,
  topK: 40,
  minP: 0.1,
  stop: ['a', 'b'],
  logprobs: 2,
  presencePenalty: 0.2,
  frequencyPenalty: 0.1,
  repetitionPenalty: 1.1,
  providerOptions: { openai: { user: 'u', seed: 8, nothing: null }, other: { x: 1 } },
};

describe.each(sdks)('a request over $name', (sdk) => {
  it('has every option under its own name, and the provider options over them', async () => {
    const { thunk } = await ask(sdk.backend(server), 'Hi.', { modelOptions: everything });
    expect(server.requests[0]?.body).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi.' },
      ],
      temperature: 0.1,
      max_tokens: 5,
      seed: 8,
      reasoning_effort: 'low',
      top_p: 0.9,
      top_k: 40,
      min_p: 0.1,
      stop: ['a', 'b'],
      logprobs: true,
      top_logprobs: 2,
      presence_penalty: 0.2,
      frequency_penalty: 0.1,
      repetition_penalty: 1.1,
      user: 'u',
      nothing: null,
    });
    expect(thunk.generation.warnings.map(({ message }) => message)).toEqual([
      'The server gave no log probabilities.',
    ]);
  });

  it('of a stream asks for the usage', async () => {
    await ask(sdk.backend(server), 'Hi.', { modelOptions: { stream: true } });
    expect(server.requests[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it('is sent once by the SDK, with our key', async () => {
    server.reply({ fault: { kind: 'status', status: 500 } });
    await ask(sdk.backend(server));
    const { error } = await ask(sdk.backend(server));
    expect(error?.code).toBe('server');
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]?.headers).toMatchObject({
      authorization: 'Bearer sk-test-key-1',
      'x-stainless-retry-count': '0',
    });
  });

  it('offers tools, and says which to call', async () => {
    const tool = new Weather();
    const tools = { modelOptions: { tools: [tool], toolChoice: { name: 'weather' } }, toolCalls: true };
    server.reply({ toolCalls: [{ name: 'weather', args: { city: 'Bern' } }], finish: 'stop' });
    await ask(sdk.backend(server));
    const { thunk } = await ask(sdk.backend(server), 'Hi.', tools);
    expect(server.requests[1]?.body).toMatchObject({
      tools: [tool.asJsonTool],
      tool_choice: { type: 'function', function: { name: 'weather' } },
    });
    expect(thunk.toolCalls?.map(({ id, args, func }) => [id, args, func])).toEqual([
      ['call_1', { city: 'Bern' }, tool],
    ]);
    expect(thunk.generation.finishReason).toBe('tool_calls');
  });

  it('has images as data URLs', async () => {
    const message = new Message('user', 'What is this?', { images: [new ImageBlock(png)] });
    const [thunk] = await sdk.backend(server).generateFromContext(message, ctx);
    await thunk.avalue();
    expect(server.requests[0]?.body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
        ],
      },
    ]);
  });
});

describe('the options', () => {
  const body = async (modelOptions: ModelOptions, settings = {}) => {
    const { thunk } = await ask(ownSdk.backend(server, settings), 'Hi.', { modelOptions });
    return { ...server.requests.at(-1)?.body, warnings: thunk.generation.warnings };
  };

  it.each([
    [true, 'medium'],
    [false, 'none'],
    ['high', 'high'],
  ] as const)('thinking: %s is reasoning_effort: %s', async (thinking, reasoning_effort) => {
    expect(await body({ thinking })).toMatchObject({ reasoning_effort });
  });

  it('logprobs may ask for no alternatives', async () => {
    expect(await body({ logprobs: true })).toMatchObject({ logprobs: true });
    expect(await body({ logprobs: true })).not.toHaveProperty('top_logprobs');
    expect(await body({ logprobs: false })).not.toHaveProperty('logprobs');
  });

  it('the limit of tokens has the name that the model knows', async () => {
    const limit = { maxNewTokens: 3 };
    expect(await body(limit)).toMatchObject({ max_tokens: 3 });
    expect(await body(limit, { modelId: 'openai/o3-mini' })).toMatchObject({ max_completion_tokens: 3 });
    expect(await body(limit, { modelId: 'gpt-5-mini' })).toMatchObject({ max_completion_tokens: 3 });
    const field = { maxTokensField: 'max_completion_tokens' };
    expect(await body(limit, field)).toMatchObject({ max_completion_tokens: 3 });
    expect(await body(limit, field)).not.toHaveProperty('max_tokens');
  });

  it('what cannot be said is a warning', async () => {
    const { warnings, ...sent } = await body({ contextWindow: 9, toolChoice: 'required' });
    expect(warnings.map(({ option }) => option)).toEqual(['contextWindow', 'toolChoice']);
    expect(sent).not.toHaveProperty('tool_choice');
    expect((await body({ toolChoice: 'auto' })).warnings).toEqual([]);
  });

  it('OpenAI itself is spared what it refuses', async () => {
    const asked: string[] = [];
    const backend = ownSdk.backend({ baseURL: 'https://api.openai.com/v1' } as WireServer, {
      fetch: async (_, init) => {
        asked.push(String(init?.body));
        const choices = [{ message: { content: 'ok' }, finish_reason: 'stop' }];
        return Response.json({ choices, usage: { prompt_tokens: 1, completion_tokens: 1 } });
      },
    });
    const { thunk } = await ask(backend, 'Hi.', { modelOptions: { topK: 1, minP: 0.1, maxNewTokens: 5 } });
    expect(JSON.parse(asked[0] as string)).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi.' }],
      max_completion_tokens: 5,
    });
    expect(thunk.generation.warnings.map(({ option }) => option)).toEqual(['topK', 'minP']);
  });
});

describe('usage', () => {
  it('that a server refuses to give is not asked for again', async () => {
    for (const sdk of sdks) {
      await using strict = await byteServer((response, request) => {
        const { stream_options } = request.body;
        if (stream_options)
          return json({ error: { message: 'Unknown field: stream_options' } }, 400)(response);
        return json({ choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] })(response);
      });
      const backend = sdk.backend(strict as never);
      for (let call = 0; call < 2; call++) {
        expect((await ask(backend, 'Hi.', { modelOptions: { stream: true } })).text).toBe('ok');
      }
      expect(strict.requests.map(({ body }) => 'stream_options' in body)).toEqual([true, false, false]);
    }
  });

  it.each([
    { error: { message: 'temperature is too high' } },
    { error: { message: 'Unknown model' } },
    {
      detail: [
        { loc: ['body', 'top_k'], msg: 'Extra inputs are not permitted', input: { stream_options: {} } },
      ],
    },
    { error: { message: 'no', param: 'top_k' } },
    { error: { code: 'context_length_exceeded' } },
  ])('is still asked for when something else was wrong: %j', async (body) => {
    await using strict = await byteServer(json(body, 400));
    const { error } = await ask(ownSdk.backend(strict as never), 'Hi.', { modelOptions: { stream: true } });
    expect([error?.status, strict.requests.length]).toEqual([400, 1]);
  });

  it.each([
    [422, { detail: [{ loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }] }],
    [400, { error: { message: 'no', param: 'stream_options.include_usage' } }],
    [400, { error: {} }],
    [400, ''],
  ])('is left out after a refusal that is about it, or says nothing: %i %j', async (status, body) => {
    const whole = { choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] };
    await using strict = await byteServer((response, request) =>
      (request.body.stream_options ? json(body, status) : json(whole))(response),
    );
    const { text } = await ask(ownSdk.backend(strict as never), 'Hi.', { modelOptions: { stream: true } });
    expect([text, strict.requests.length]).toEqual(['ok', 2]);
  });

  it('is not remembered as refused when the request fails without it too', async () => {
    await using strict = await byteServer(json({ detail: 'stream_options: unknown' }, 400));
    const backend = ownSdk.backend(strict as never);
    for (let call = 0; call < 2; call++) await ask(backend, 'Hi.', { modelOptions: { stream: true } });
    expect(strict.requests.map(({ body }) => 'stream_options' in body)).toEqual([true, false, true, false]);
  });
});

describe.each(sdks)('a raw batch over $name', (sdk) => {
  it('is one request, put back in order, with its usage shared', async () => {
    server = await openaiServer();
    const logprobs = [{ token: 'a', logprob: -1, top: [{ token: 'b', logprob: -2 }] }];
    server.reply({
      choices: [
        { deltas: ['one'], logprobs },
        { deltas: ['two two'], finish: 'length' },
      ],
      order: [1, 0],
      usage: { promptTokens: 10, completionTokens: 10 },
    });
    const options = { modelOptions: { maxNewTokens: 9, logprobs: 2, thinking: true } as const };
    const thunks = await sdk.backend(server).generateFromRaw(['aaaa', 'b'], ctx, options);
    expect(server.requests.map(({ body }) => body)).toEqual([
      { model: 'm', prompt: ['aaaa', 'b'], max_tokens: 9, logprobs: 2 },
    ]);
    expect(thunks.map(({ value, generation }) => [value, generation.finishReason])).toEqual([
      ['one', 'stop'],
      ['two two', 'length'],
    ]);
    expect(thunks.map(({ generation }) => generation.usage)).toEqual([
      { promptTokens: 8, completionTokens: 3, totalTokens: 11, estimated: true },
      { promptTokens: 2, completionTokens: 7, totalTokens: 9, estimated: true },
    ]);
    expect(thunks.map(({ generation }) => generation.logprobs)).toEqual([logprobs, null]);
    expect(thunks.map(({ generation }) => generation.warnings.map(({ option }) => option))).toEqual([
      ['thinking'],
      ['thinking', 'logprobs'],
    ]);
  });

  it('with several choices takes the first of each prompt', async () => {
    server = await openaiServer();
    server.reply({
      choices: ['a1', 'a2', 'b1', 'b2'].map((text) => ({ deltas: [text] })),
      order: [3, 2, 1, 0],
    });
    const modelOptions = { providerOptions: { openai: { n: 2 } } };
    const thunks = await sdk.backend(server).generateFromRaw(['a', 'b'], ctx, { modelOptions });
    expect(thunks.map(({ value }) => value)).toEqual(['a1', 'b1']);
    expect(thunks.map(({ generation }) => generation.warnings.map(({ message }) => message))).toEqual([
      ['The reply has further choices (n); only the first is kept.'],
      ['The reply has further choices (n); only the first is kept.'],
    ]);
  });

  it('may be one request per prompt', async () => {
    const backend = sdk.backend(server, { rawBatch: false });
    const thunks = await backend.generateFromRaw(['a', 'b', 'c'], ctx);
    expect(thunks.map(({ value }) => value)).toEqual(['ok', 'ok', 'ok']);
    expect(server.requests.map(({ body }) => body.prompt).sort()).toEqual(['a', 'b', 'c']);
    expect(backend.capabilities.rawBatch).toBe(false);
  });

  it('says what it cannot: a format', async () => {
    const format = { type: 'object', properties: { a: { type: 'string' } } } as const;
    const [thunk] = await sdk.backend(server).generateFromRaw([new CBlock('a')], ctx, { format });
    expect([thunk?.value, thunk?.generation.warnings[0]?.option]).toEqual(['ok', 'format']);
  });

  it.each([
    ['no answer for a prompt', { choices: [{ index: 0, text: 'a', finish_reason: 'stop' }] }],
    ['no choices', { object: 'text_completion' }],
    ['no JSON', '<html>'],
    ['an error', { error: { message: 'no', code: 'server_error' } }],
  ])('that comes back with %s fails', async (_, reply) => {
    await using strange = await byteServer(json(reply));
    await expect(sdk.backend(strange as never).generateFromRaw(['a', 'b'], ctx)).rejects.toMatchObject({
      code: 'batch_generation',
    });
  });
});
