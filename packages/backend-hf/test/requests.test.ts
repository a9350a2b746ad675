import { hfServer, type WireServer } from '@melliflow/backend-conformance/servers';
import { AbstractTool, ImageBlock, type JsonTool, type ModelOptions } from '@melliflow/core';
import { Message } from '@melliflow/stdlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ask, ctx } from './ask.js';
import { byteServer, json } from './byte-server.js';
import { ownSdk, routerSdk, sdks } from './sdk.js';

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
  server = await hfServer();
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
  providerOptions: { hf: { user: 'u', seed: 8, nothing: null }, openai: { x: 1 } },
};

describe.each([...sdks, routerSdk])('a request over $name', (sdk) => {
  const model = sdk === routerSdk ? 'org/m:together' : 'm';

  it('has every option under its own name, and the provider options over them', async () => {
    const { thunk } = await ask(sdk.backend(server), 'Hi.', { modelOptions: everything });
    expect(server.requests[0]?.body).toEqual({
      model,
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

  it('begins with the model, by which routers choose, and has nothing else', async () => {
    await ask(sdk.backend(server), 'Hi.', { modelOptions: { stream: true } });
    expect(server.requests[0]?.text).toBe(
      `{"model":"${model}","messages":[{"role":"user","content":"Hi."}],` +
        '"stream":true,"stream_options":{"include_usage":true}}',
    );
  });

  it('asks for what the provider options ask for, also of a stream', async () => {
    const hf = { stream_options: { include_usage: false } };
    await ask(sdk.backend(server), 'Hi.', { modelOptions: { stream: true, providerOptions: { hf } } });
    expect(server.requests[0]?.body).toMatchObject({ stream: true, ...hf });
  });

  it('has provider options whose names the SDK takes for its own', async () => {
    const own = {
      provider: 'together',
      accessToken: 'x',
      endpointUrl: 'http://127.0.0.1:9',
      data: [1],
      inputs: 'i',
      parameters: { max_new_tokens: 2 },
      signal: 'y',
      urlTransform: null,
    };
    const { text } = await ask(sdk.backend(server), 'Hi.', {
      modelOptions: { providerOptions: { hf: own } },
    });
    const messages = [{ role: 'user', content: 'Hi.' }];
    expect([text, server.requests[0]?.body]).toEqual(['ok', { model, messages, ...own }]);
    expect(server.otherRequests).toEqual([]);
  });

  it('offers tools, and says which to call', async () => {
    const tool = new Weather();
    server.reply({ toolCalls: [{ name: 'weather', args: { city: 'Bern' } }], finish: 'stop' });
    await ask(sdk.backend(server));
    for (const stream of [false, true]) {
      const modelOptions = { tools: [tool], toolChoice: { name: 'weather' }, stream };
      const { thunk } = await ask(sdk.backend(server), 'Hi.', { modelOptions, toolCalls: true });
      expect(server.requests.at(-1)?.body).toMatchObject({
        tools: [tool.asJsonTool],
        tool_choice: { type: 'function', function: { name: 'weather' } },
      });
      expect(thunk.toolCalls?.map(({ id, args, func }) => [id, args, func])).toEqual([
        ['call_1', { city: 'Bern' }, tool],
      ]);
      expect(thunk.generation.finishReason).toBe('tool_calls');
    }
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

  it('has a format as a schema, and its text streams as it comes', async () => {
    const format = z.object({ name: z.string(), age: z.number().optional() });
    server.reply({ deltas: ['{"name":', '"Ann"}'] });
    await ask(sdk.backend(server));
    const options = { format, modelOptions: { stream: true } };
    const [thunk] = await sdk.backend(server).generateFromContext('Who?', ctx, options);
    const pieces: string[] = [];
    for await (const piece of thunk) pieces.push(piece);
    expect([pieces, thunk.parsedRepr]).toEqual([['{"name":', '"Ann"}'], { name: 'Ann' }]);
    expect(server.requests.at(-1)?.body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'response', schema: { type: 'object', required: ['name'] } },
    });
  });

  it('is made once by the SDK, whose own retries never end', async () => {
    await using busy = await hfServer();
    busy.reply({ fault: { kind: 'status', status: 503, message: 'Model m is loading' } });
    for (const stream of [false, true]) {
      const { error } = await ask(sdk.backend(busy), 'Hi.', { modelOptions: { stream } });
      expect([error?.code, error?.retryable]).toEqual(['server', true]);
    }
    expect(busy.requests).toHaveLength(2);
    const retry = { attempts: 3, initialDelayMs: 0 };
    await ask(sdk.backend(busy, { retry }));
    expect(busy.requests).toHaveLength(5);
  });
});

describe('the options', () => {
  const body = async (modelOptions: ModelOptions) => {
    const { thunk } = await ask(ownSdk.backend(server), 'Hi.', { modelOptions });
    return { ...server.requests.at(-1)?.body, warnings: thunk.generation.warnings };
  };

  it.each([
    [true, 'medium'],
    [false, 'none'],
    ['high', 'high'],
  ] as const)('thinking: %s is reasoning_effort: %s', async (thinking, reasoning_effort) => {
    expect(await body({ thinking })).toMatchObject({ reasoning_effort });
  });

  it('what cannot be said is a warning', async () => {
    const { warnings, ...sent } = await body({ contextWindow: 9, toolChoice: 'required' });
    expect(warnings.map(({ option }) => option)).toEqual(['contextWindow', 'toolChoice']);
    expect(sent).not.toHaveProperty('tool_choice');
  });

  it('log probabilities come back', async () => {
    const logprobs = [{ token: 'ok', logprob: -0.5, top: [{ token: 'no', logprob: -1 }] }];
    await using told = await hfServer();
    told.reply({ deltas: ['ok'], logprobs });
    for (const stream of [false, true]) {
      const { thunk } = await ask(ownSdk.backend(told), 'Hi.', { modelOptions: { logprobs: 1, stream } });
      expect(thunk.generation.logprobs).toEqual(logprobs);
    }
  });
});

describe('usage', () => {
  const refusing = () =>
    byteServer((response, { body }) => {
      if (body.stream_options) return json({ error: 'unknown field `stream_options`' }, 422)(response);
      return json({ choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] })(response);
    });
  const asked = ({ requests }: { requests: WireServer['requests'] }) =>
    requests.map(({ body }) => 'stream_options' in body);

  it('that a server refuses to give is not asked for again', async () => {
    for (const sdk of sdks) {
      await using strict = await refusing();
      const backend = sdk.backend(strict);
      for (let call = 0; call < 2; call++) {
        expect((await ask(backend, 'Hi.', { modelOptions: { stream: true } })).text).toBe('ok');
      }
      expect(asked(strict)).toEqual([true, false, false]);
    }
  });

  it('is remembered by model behind the router', async () => {
    await using strict = await refusing();
    for (const modelId of ['org/m:one', 'org/m:one', 'org/m:two']) {
      await ask(routerSdk.backend(strict, { modelId }), 'Hi.', { modelOptions: { stream: true } });
    }
    expect(asked(strict)).toEqual([true, false, false, true, false]);
  });

  it('is still asked for when something else was wrong', async () => {
    await using strict = await byteServer(json({ error: 'temperature is too high' }, 422));
    const { error } = await ask(ownSdk.backend(strict), 'Hi.', { modelOptions: { stream: true } });
    expect([error?.code, asked(strict)]).toEqual(['invalid_request', [true]]);
  });
});
