import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AskedOpenAI, failureOf, messages, sdks, textOf } from './support/asked-openai.js';

describe.each(sdks)('the OpenAI server, asked by %s', (_, OpenAI) => {
  let on: AskedOpenAI;
  beforeEach(async () => {
    on = await AskedOpenAI.by(OpenAI);
  });
  afterEach(() => on.server.close());

  it('answers a chat whole', async () => {
    on.server.reply({
      deltas: ['Hel', 'lo €'],
      thinking: ['hm'],
      usage: { promptTokens: 3, completionTokens: 2 },
    });
    const reply = await on.chat();
    expect(reply.choices[0]?.message).toMatchObject({ content: 'Hello €', reasoning_content: 'hm' });
    expect(reply.choices[0]?.finish_reason).toBe('stop');
    expect(reply.usage?.total_tokens).toBe(5);
    expect(on.server.requests[0]?.body).toEqual({ model: 'm', messages });
    expect(on.server.requests[0]?.headers.authorization).toBe('Bearer sk-test');
    expect(reply._request_id).toBe('req_1');
  });

  it('streams text, reasoning, usage and log probabilities', async () => {
    const logprobs = [{ token: 'Hel', logprob: -0.5, top: [{ token: 'Hel', logprob: -0.5 }] }];
    const chunks = await on.collect(
      { deltas: ['Hel', 'lo'], thinking: ['h', 'm'], logprobs },
      { logprobs: true },
    );
    expect(textOf(chunks)).toBe('Hello');
    expect(
      chunks
        .map((c) => (c.choices[0]?.delta as { reasoning_content?: string })?.reasoning_content ?? '')
        .join(''),
    ).toBe('hm');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 2 } });
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.flatMap((c) => c.choices[0]?.logprobs?.content ?? [])[0]?.token).toBe('Hel');
  });

  it('tells usage in a stream only when asked', async () => {
    const chunks = await on.collect({ deltas: ['a'] }, { stream_options: null });
    expect(chunks.every((chunk) => !chunk.usage)).toBe(true);
  });

  it('calls tools, in fragments when scripted', async () => {
    const toolCalls = [
      { name: 'f', args: { a: 1 } },
      { name: 'g', args: { b: 'xyz' } },
    ];
    const chunks = await on.collect({ toolCalls, fault: { kind: 'tool-fragments', size: 2 } });
    const args: string[] = [];
    for (const chunk of chunks)
      for (const call of chunk.choices[0]?.delta.tool_calls ?? [])
        args[call.index] = (args[call.index] ?? '') + (call.function?.arguments ?? '');
    expect(args).toEqual(['{"a":1}', '{"b":"xyz"}']);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls');
    const whole = await on.chat();
    expect(whole.choices[0]?.message.tool_calls?.map((call) => call.id)).toEqual(['call_1', 'call_2']);
    expect(whole.choices[0]?.message.content).toBeNull();
    const [cut] = (
      await on.collect({
        toolCalls: [{ name: 'f', args: { a: 1 } }],
        fault: { kind: 'truncated-tool-arguments' },
      })
    ).slice(2);
    expect(cut?.choices[0]?.delta.tool_calls?.[0]?.function?.arguments).toBe('{"a"');
  });

  it('answers array prompts in the scripted order, whole and interleaved', async () => {
    const choices = [{ deltas: ['a', 'b'] }, { deltas: ['c', 'd'] }];
    on.server.reply({ choices, order: [1, 0] });
    const whole = await on.client.completions.create({ model: 'm', prompt: ['p0', 'p1'] });
    expect(whole.choices.map((choice) => [choice.index, choice.text])).toEqual([
      [1, 'cd'],
      [0, 'ab'],
    ]);
    expect(whole.usage?.completion_tokens).toBe(4);
    const seen: string[] = [];
    for await (const chunk of await on.client.completions.create({
      model: 'm',
      prompt: ['p0', 'p1'],
      stream: true,
    })) {
      seen.push(`${chunk.choices[0]?.index}${chunk.choices[0]?.text}`);
    }
    expect(seen).toEqual(['1c', '0a', '1d', '0b', '1', '0']);
  });

  it('lists models, wants the key and refuses what it does not know', async () => {
    expect((await on.client.models.list()).data.map(({ id }) => id)).toEqual(['m']);
    expect(on.server.requests).toHaveLength(0);
    expect(((await failureOf(on.client.models.retrieve('x'))) as { status: number }).status).toBe(404);
    const stranger = new OpenAI({ apiKey: 'sk-other', baseURL: on.server.baseURL, maxRetries: 0 });
    on.server.reply({});
    expect(await failureOf(stranger.chat.completions.create({ model: 'm', messages }))).toMatchObject({
      status: 401,
      code: 'invalid_api_key',
    });
    expect(await failureOf(on.client.embeddings.create({ model: 'm', input: 'x' }))).toMatchObject({
      status: 404,
    });
  });

  it('answers by request, and says when nothing is scripted', async () => {
    expect((await failureOf(on.chat())).message).toMatch(
      /No reply is scripted for POST \/v1\/chat\/completions/,
    );
    on.server.reply((request) => ({ deltas: [`model ${request.body.model}`] }));
    expect((await on.chat()).choices[0]?.message.content).toBe('model m');
  });
});
