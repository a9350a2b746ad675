import { type WireServer, watsonxServer } from '@melliflow/backend-conformance/servers';
import { AbstractTool, ImageBlock, type JsonTool, type ModelOptions } from '@melliflow/core';
import { Message } from '@melliflow/stdlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { WatsonxSettings } from '../src/index.js';
import { ask, ctx } from './ask.js';
import { withCleanEnvironment } from './clean-environment.js';
import { sdks, tokenSdk } from './sdk.js';

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

withCleanEnvironment();
let server: WireServer;
beforeEach(async () => {
  server = await watsonxServer({ iam: undefined, deployments: { 'my tune/1': 'tuned' } });
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
  stop: ['a', 'b'],
  logprobs: 2,
  presencePenalty: 0.2,
  frequencyPenalty: 0.1,
  repetitionPenalty: 1.1,
  providerOptions: {
    watsonx: { timeLimit: 1000, seed: 8, guidedChoice: ['x'], chat_template: null },
    other: { x: 1 },
  },
};

describe.each(sdks.slice(0, 2))('a request over $name', (sdk) => {
  it('has every option under its own name, and the provider options over them', async () => {
    const { thunk } = await ask(sdk.backend(server), 'Hi.', { modelOptions: everything });
    expect(server.requests[0]?.body).toEqual({
      model_id: 'm',
      project_id: 'p',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi.' },
      ],
      temperature: 0.1,
      max_completion_tokens: 5,
      seed: 8,
      include_reasoning: true,
      reasoning_effort: 'low',
      top_p: 0.9,
      stop: ['a', 'b'],
      logprobs: true,
      top_logprobs: 2,
      presence_penalty: 0.2,
      frequency_penalty: 0.1,
      repetition_penalty: 1.1,
      time_limit: 1000,
      guided_choice: ['x'],
      chat_template: null,
    });
    expect(thunk.generation.warnings.map(({ message }) => message)).toEqual([
      'The server gave no log probabilities.',
    ]);
  });

  it('of a stream is the same at another address, and asks for nothing more', async () => {
    await ask(sdk.backend(server), 'Hi.', { modelOptions: { stream: true } });
    expect(server.requests[0]).toMatchObject({
      path: '/ml/v1/text/chat_stream',
      query: { version: '2026-08-05' },
      headers: { accept: 'text/event-stream', authorization: 'Bearer watsonx-token-1' },
      body: { model_id: 'm', project_id: 'p', messages: [{ role: 'user', content: 'Hi.' }] },
    });
    expect(Object.keys(server.requests[0]?.body ?? {})).toHaveLength(3);
    expect(server.requests[0]?.headers['user-agent']).toMatch(/^ibm-cloud-watsonx-ai\/1/);
  });

  it('is sent once by the SDK, whatever its retries', async () => {
    vi.stubEnv('WATSONX_AI_ENABLE_RETRIES', 'true');
    server.reply({ deltas: ['a'], fault: { kind: 'reset', beforeHeaders: true } });
    await ask(sdk.backend(server));
    const { error } = await ask(sdk.backend(server));
    expect([error?.code, server.requests.length]).toEqual(['connection', 2]);
    server.reply({ fault: { kind: 'status', status: 500 } });
    expect((await ask(sdk.backend(server))).error?.code).toBe('server');
    expect(server.requests).toHaveLength(3);
  });

  it('offers tools, and says which to call under one of two names', async () => {
    const tool = new Weather();
    server.reply({ toolCalls: [{ name: 'weather', args: { city: 'Bern' } }], finish: 'stop' });
    await ask(sdk.backend(server));
    const choose = (toolChoice: ModelOptions['toolChoice']) =>
      ask(sdk.backend(server), 'Hi.', { modelOptions: { tools: [tool], toolChoice }, toolCalls: true });
    const { thunk } = await choose({ name: 'weather' });
    expect(thunk.toolCalls?.map(({ id, args, func }) => [id, args, func])).toEqual([
      ['call_1', { city: 'Bern' }, tool],
    ]);
    expect(thunk.generation.finishReason).toBe('tool_calls');
    await choose('required');
    const [one, any] = server.requests.slice(1).map(({ body }) => body);
    expect(one).toMatchObject({ tool_choice: { type: 'function', function: { name: 'weather' } } });
    expect(one).not.toHaveProperty('tool_choice_option');
    expect(any).toMatchObject({ tools: [tool.asJsonTool], tool_choice_option: 'required' });
    expect(any).not.toHaveProperty('tool_choice');
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

  it('has a format as a schema, of which what is not enforced is a warning', async () => {
    server.reply({ deltas: ['{"name":', '"Ann"}'] });
    await ask(sdk.backend(server));
    const format = z.object({ name: z.string(), mail: z.email().optional() });
    const { thunk } = await ask(sdk.backend(server), 'Who?', { format });
    expect(thunk.parsedRepr).toEqual({ name: 'Ann' });
    expect(server.requests[1]?.body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'response', strict: true, schema: { type: 'object', required: ['name'] } },
    });
    expect(thunk.generation.warnings.map(({ option }) => option)).toEqual(['format']);
  });
});

describe('the options of a chat', () => {
  const body = async (modelOptions: ModelOptions) => {
    const { thunk } = await ask(tokenSdk.backend(server), 'Hi.', { modelOptions });
    const { model_id, project_id, messages, ...sent } = server.requests.at(-1)?.body ?? {};
    return { sent, warned: thunk.generation.warnings.map(({ option }) => option) };
  };

  it.each([
    [{ thinking: true }, { include_reasoning: true }],
    [{ thinking: false }, { include_reasoning: false }],
    [{ thinking: 'high' }, { include_reasoning: true, reasoning_effort: 'high' }],
    [{ logprobs: false }, {}],
  ] as const)('%o are %o', async (given, sent) => {
    expect(await body(given)).toEqual({ sent, warned: [] });
  });

  it('log probabilities that do not come are a warning', async () => {
    expect(await body({ logprobs: true })).toEqual({ sent: { logprobs: true }, warned: ['logprobs'] });
    const [raw] = await tokenSdk
      .backend(server)
      .generateFromRaw(['a'], ctx, { modelOptions: { logprobs: 1 } });
    expect(raw?.generation.warnings.map(({ option }) => option)).toEqual(['logprobs']);
  });

  it('what cannot be said is a warning', async () => {
    expect(await body({ topK: 1, minP: 0.1, contextWindow: 9, toolChoice: 'required' })).toEqual({
      sent: {},
      warned: ['topK', 'minP', 'contextWindow', 'toolChoice'],
    });
  });

  it('what the SDK does not know of the provider options goes into the body as it is', async () => {
    const own = Object.freeze({ guided_json: Object.freeze({ type: 'object' }), timeLimit: 5, topK: 3 });
    const { sent } = await body({ providerOptions: { watsonx: own } });
    expect(sent).toEqual({ guided_json: { type: 'object' }, time_limit: 5, topK: 3 });
  });
});

describe('a raw prompt', () => {
  const parameters = async (modelOptions: ModelOptions, settings?: Partial<WatsonxSettings>) => {
    const [thunk] = await tokenSdk
      .backend(server, settings)
      .generateFromRaw(['Once '], ctx, { modelOptions });
    const request = server.requests.at(-1);
    return { request, sent: request?.body.parameters, thunk };
  };

  it('has its options among the parameters, and no stop text in its answer', async () => {
    const { request, sent, thunk } = await parameters({
      temperature: 0.1,
      maxNewTokens: 5,
      seed: 7,
      topP: 0.9,
      topK: 4,
      stop: ['a'],
      logprobs: 2,
      repetitionPenalty: 1.1,
    });
    expect(request).toMatchObject({
      path: '/ml/v1/text/generation',
      body: { model_id: 'm', project_id: 'p', input: 'Once ' },
    });
    expect(sent).toEqual({
      decoding_method: 'sample',
      include_stop_sequence: false,
      temperature: 0.1,
      max_new_tokens: 5,
      random_seed: 7,
      top_p: 0.9,
      top_k: 4,
      stop_sequences: ['a'],
      return_options: { generated_tokens: true, token_logprobs: true, top_n_tokens: 2 },
      repetition_penalty: 1.1,
    });
    expect(thunk?.generation.warnings.map(({ option }) => option)).toEqual(['logprobs']);
  });

  it.each([
    [{}, 'greedy'],
    [{ maxNewTokens: 3 }, 'greedy'],
    [{ temperature: 0, seed: 1 }, 'greedy'],
    [{ temperature: 0.5 }, 'sample'],
    [{ topP: 0.5 }, 'sample'],
    [{ topK: 5 }, 'sample'],
    [{ seed: 5 }, 'sample'],
  ] as const)('with %o is decoded %s', async (options, decoding_method) => {
    const { sent } = await parameters(options);
    expect(sent).toMatchObject({ decoding_method });
    expect(sent).not.toHaveProperty('temperature', 0);
  });

  it('takes the provider options over its own, and their parameters one by one', async () => {
    const watsonx = {
      moderations: { hap: { output: { enabled: true } } },
      parameters: { include_stop_sequence: true, truncate_input_tokens: 9 },
    };
    const { request } = await parameters({ maxNewTokens: 5, providerOptions: { watsonx } });
    expect(request?.body).toMatchObject({
      moderations: watsonx.moderations,
      parameters: { max_new_tokens: 5, include_stop_sequence: true, truncate_input_tokens: 9 },
    });
  });

  it('says what it cannot', async () => {
    const format = { type: 'object', properties: { a: { type: 'string' } } } as const;
    const modelOptions = { minP: 0.1, presencePenalty: 1, frequencyPenalty: 1, systemPrompt: 'x' };
    const [thunk] = await tokenSdk.backend(server).generateFromRaw(['a'], ctx, { format, modelOptions });
    expect(thunk?.generation.warnings.map(({ option }) => option)).toEqual(
      expect.arrayContaining(['minP', 'presencePenalty', 'frequencyPenalty', 'systemPrompt', 'format']),
    );
  });

  it('is told apart from others, with counts and log probabilities of its own', async () => {
    server = await watsonxServer();
    const logprobs = [{ token: 'a', logprob: -1, top: [{ token: 'b', logprob: -2 }] }];
    server.reply(({ body: { input } }) => ({
      deltas: ['re: ', String(input)],
      finish: input === 'b' ? 'length' : 'stop',
      usage: { promptTokens: 2, completionTokens: 3 },
      logprobs,
    }));
    const options = { modelOptions: { logprobs: 1 } };
    const thunks = await tokenSdk.backend(server).generateFromRaw(['a', 'b'], ctx, options);
    expect(thunks.map(({ value, generation }) => [value, generation.finishReason])).toEqual([
      ['re: a', 'stop'],
      ['re: b', 'length'],
    ]);
    expect(thunks[0]?.generation).toMatchObject({
      usage: { promptTokens: 2, completionTokens: 3, totalTokens: 5 },
      logprobs,
    });
  });
});

describe('a deployment', () => {
  it('is asked by its id or name, without model and project', async () => {
    const settings = { deployment: 'my tune/1', modelId: undefined, projectId: undefined };
    const backend = tokenSdk.backend(server, settings);
    expect(backend.modelId).toBe('my tune/1');
    for (const modelOptions of [{}, { stream: true }]) {
      expect((await ask(backend, 'Hi.', { modelOptions })).thunk.generation.model).toBe('tuned');
    }
    expect((await backend.generateFromRaw(['Hi.'], ctx))[0]?.value).toBe('ok');
    expect(server.requests.map(({ path }) => path)).toEqual(
      ['chat', 'chat_stream', 'generation'].map((name) => `/ml/v1/deployments/my%20tune%2F1/text/${name}`),
    );
    for (const { body } of server.requests) {
      expect(body).not.toHaveProperty('model_id');
      expect(body).not.toHaveProperty('project_id');
    }
  });

  it('may be told which model it is, for those who render prompts for it', () => {
    expect(tokenSdk.backend(server, { deployment: 'tune', modelId: 'ibm/granite' }).modelId).toBe(
      'ibm/granite',
    );
  });

  it('that is not there is ModelNotFoundError', async () => {
    const { error } = await ask(tokenSdk.backend(server, { deployment: 'none' }));
    expect([error?.code, error?.status]).toEqual(['model_not_found', 404]);
  });
});

it('a space goes where a project would', async () => {
  await ask(tokenSdk.backend(server, { projectId: undefined, spaceId: 's' }));
  expect(server.requests[0]?.body).toMatchObject({ space_id: 's' });
  expect(server.requests[0]?.body).not.toHaveProperty('project_id');
});
