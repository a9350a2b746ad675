import { WatsonXAI } from '@ibm-cloud/watsonx-ai';
import { BearerTokenAuthenticator, IamAuthenticator } from '@ibm-cloud/watsonx-ai/authentication';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IamDesk, Turnstile, type WireServer, watsonxServer } from '../src/servers/index.js';

const messages = [{ role: 'user', content: 'hi there' }];
const chat = { modelId: 'm', projectId: 'p', messages };
const prompt = { modelId: 'm', projectId: 'p', input: 'once upon' };

interface SdkError extends Error {
  status?: number;
  headers?: { get(name: string): string };
  result?: { errors?: { code: string; message: string }[]; errorCode?: string };
}

async function failureOf(work: Promise<unknown>): Promise<SdkError> {
  try {
    await work;
  } catch (error) {
    return error as SdkError;
  }
  throw new Error('It did not fail.');
}

describe('the watsonx server, asked by the official SDK', () => {
  let server: WireServer;
  let sdk: WatsonXAI;
  const open = async (init: Parameters<typeof watsonxServer>[0] = {}, token = 'token-1') => {
    server = await watsonxServer(init);
    const authenticator = new BearerTokenAuthenticator({ bearerToken: token });
    sdk = new WatsonXAI({ version: '2026-08-05', serviceUrl: server.url, authenticator });
  };
  beforeEach(() => open());
  afterEach(() => server.close());

  it('answers a chat', async () => {
    const usage = { promptTokens: 4, completionTokens: 2 };
    const toolCalls = [{ name: 'f', args: { a: 1 } }];
    server.reply({ thinking: ['hm'], deltas: ['Hel', 'lo €'], usage }, { toolCalls });
    const { result, status } = await sdk.textChat(chat);
    expect([status, result.model_id, result.choices[0]?.finish_reason]).toEqual([200, 'm', 'stop']);
    expect(result.choices[0]?.message).toMatchObject({ content: 'Hello €', reasoning_content: 'hm' });
    expect(result.usage).toMatchObject({ prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 });
    const called = (await sdk.textChat(chat)).result.choices[0];
    expect(called?.finish_reason).toBe('tool_calls');
    expect(called?.message?.tool_calls?.[0]?.function).toEqual({ name: 'f', arguments: '{"a":1}' });
    expect(server.wire.prompts(server.requests[0] as never)).toEqual(['hi there']);
  });

  it('streams a chat in numbered events, without being asked for usage and without an end marker', async () => {
    server.reply({ deltas: ['Hel', 'lo'], usage: { promptTokens: 4, completionTokens: 2 } });
    const seen = [];
    for await (const event of await sdk.textChatStream({ ...chat, returnObject: true })) seen.push(event);
    expect(seen.map(({ id, event }) => [id, event])).toEqual(seen.map((_, index) => [index + 1, 'message']));
    expect(seen.map(({ data }) => data.choices[0]?.delta?.content ?? '').join('')).toBe('Hello');
    expect(seen.at(-2)?.data.choices[0]?.finish_reason).toBe('stop');
    expect(seen.at(-1)?.data).toMatchObject({ choices: [], usage: { total_tokens: 6 } });
    expect(seen.filter(({ data }) => 'usage' in data)).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ path: '/ml/v1/text/chat_stream' });
    expect(server.requests[0]?.body).not.toHaveProperty('stream');
  });

  it('generates, whole and streamed', async () => {
    const logprobs = [{ token: 'a', logprob: -1, top: [{ token: 'b', logprob: -2 }] }];
    server.reply({ deltas: ['a', 'b'], logprobs, usage: { promptTokens: 2, completionTokens: 2 } });
    const parameters = { return_options: { token_logprobs: true } };
    const [result] = (await sdk.generateText({ ...prompt, parameters })).result.results;
    expect(result).toEqual({
      generated_text: 'ab',
      generated_tokens: [{ text: 'a', logprob: -1, top_tokens: [{ text: 'b', logprob: -2 }] }],
      input_token_count: 2,
      generated_token_count: 2,
      stop_reason: 'eos_token',
    });
    const seen = [];
    for await (const { data } of await sdk.generateTextStream({ ...prompt, returnObject: true })) {
      seen.push(data.results[0]);
    }
    expect(seen.map((one) => [one?.generated_text, one?.stop_reason])).toEqual([
      ['a', 'not_finished'],
      ['b', 'not_finished'],
      ['', 'eos_token'],
    ]);
    expect(server.wire.prompts(server.requests[0] as never)).toEqual(['once upon']);
  });

  it('has models, deployments and projects', async () => {
    await server.close();
    await open({ models: ['m'], deployments: { 'my tune': 'tuned' } });
    server.reply({ deltas: ['ok'] });
    const idOrName = 'my tune';
    expect((await sdk.deploymentsTextChat({ idOrName, messages })).result.model_id).toBe('tuned');
    const generated = await sdk.deploymentGenerateText({ idOrName, input: 'x' });
    expect(generated.result.results[0]?.generated_text).toBe('ok');
    const codes = await Promise.all(
      [
        sdk.textChat({ ...chat, modelId: 'x' }),
        sdk.deploymentsTextChat({ idOrName: 'other', messages }),
        sdk.textChat({ modelId: 'm', messages }),
        sdk.textChat({ ...chat, spaceId: 's' }),
      ].map(async (work) => {
        const { status, result } = await failureOf(work);
        return [status, result?.errors?.[0]?.code];
      }),
    );
    expect(codes).toEqual([
      [404, 'model_not_supported'],
      [404, 'deployment_not_found'],
      [400, 'invalid_request_entity'],
      [400, 'invalid_request_entity'],
    ]);
  });

  it('errs in its own shape, by status and inside a stream', async () => {
    server.reply({ fault: { kind: 'status', status: 429, retryAfter: '7', message: 'slow down' } });
    const error = await failureOf(sdk.textChat(chat));
    expect([error.status, error.message, error.headers?.get('retry-after')]).toEqual([429, 'slow down', '7']);
    expect(error.result?.errors?.[0]?.code).toBe('rate_limit_reached_requests');
    server.reply({
      deltas: ['a', 'b'],
      fault: { kind: 'error-event', after: 1, named: true, message: 'boom' },
    });
    const seen: unknown[] = [];
    for await (const event of await sdk.textChatStream({ ...chat, returnObject: true })) seen.push(event);
    expect(seen.at(-1)).toMatchObject({
      event: 'error',
      data: { errors: [{ message: 'boom' }], trace: 'trace-1', status_code: 500 },
    });
  });

  it('takes the tokens that IAM gives for a key', async () => {
    await server.close();
    const iam = new IamDesk({ apiKey: 'key-1' });
    await open({ iam, bearerToken: 'token-1' });
    server.reply({ deltas: ['ok'] });
    expect((await sdk.textChat(chat)).status).toBe(200);
    const asked = (apikey: string) =>
      new WatsonXAI({
        version: '2026-08-05',
        serviceUrl: server.url,
        authenticator: new IamAuthenticator({ apikey, url: server.url }),
      });
    const keyed = asked('key-1');
    expect(
      (await Promise.all([keyed.textChat(chat), keyed.textChat(chat)])).map(({ status }) => status),
    ).toEqual([200, 200]);
    expect([iam.exchanges, server.otherRequests[0]?.path]).toEqual([1, '/identity/token']);
    iam.revoke();
    expect((await failureOf(keyed.textChat(chat))).status).toBe(401);
    const unknown = await failureOf(asked('key-2').textChat(chat));
    expect([unknown.status, unknown.result?.errorCode]).toEqual([400, 'BXNIM0415E']);
  });

  it('lets an exchange fail as the script says', async () => {
    await server.close();
    const iam = new IamDesk();
    await open({ iam });
    const until = new Turnstile();
    iam.fail({ kind: 'status', status: 500 }, { kind: 'stall', until });
    const authenticator = () => new IamAuthenticator({ apikey: 'key-1', url: server.url });
    expect((await failureOf(authenticator().authenticate({}))).status).toBe(500);
    const waiting = authenticator().authenticate({});
    await vi.waitUntil(() => until.waiting === 1);
    until.open();
    await waiting;
    expect(iam.exchanges).toBe(2);
  });
});
