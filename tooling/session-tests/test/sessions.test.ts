import { Turnstile } from '@melliflow/backend-conformance/servers';
import { HookType, PartialValidationResult, Requirement, waitForAllMots } from '@melliflow/core';
import { hook, modify } from '@melliflow/plugins';
import {
  check,
  generative,
  RejectionSamplingStrategy,
  req,
  simpleValidate,
  startSession,
} from '@melliflow/stdlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { overWire, wires } from './wires.js';

class NoDrums extends Requirement {
  override streamValidate(chunk: string): PartialValidationResult {
    return new PartialValidationResult(chunk.includes('drum') ? 'fail' : 'pass');
  }
}

describe.each(wires)('a session over the wire of $backend', (row) => {
  it('has every verb, in both forms', async () => {
    await using wire = await overWire(row);
    const { m, server } = wire;
    server.reply({ deltas: ['Hel', 'lo.'] });
    const plain = [m.instruct('a'), m.chat('a'), m.act('a'), m.query('a', 'b'), m.transform('a', 'b')];
    const lazy = [m.ainstruct('a'), m.achat('a'), m.aact('a'), m.aquery('a', 'b'), m.atransform('a', 'b')];
    for (const answer of await Promise.all(plain))
      expect([answer.isComputed(), answer.value]).toEqual([true, 'Hello.']);
    for (const thunk of await Promise.all(lazy)) expect(await thunk.avalue()).toBe('Hello.');
    expect(server.requests).toHaveLength(10);
    expect(m.ctx.asList()).toHaveLength(20);
  });

  it('starts three lazy instructions that overlap on the wire, and waits for all', async () => {
    await using wire = await overWire(row, { modelOptions: { stream: true } });
    const { m, server } = wire;
    const gate = new Turnstile();
    server.reply(({ text }) => ({
      deltas: [/mountains|rivers|forests/.exec(text)?.[0] ?? '', '!'],
      fault: { kind: 'stall', after: 1, until: gate },
    }));
    const thunks = [
      await m.ainstruct('Write a poem about mountains.'),
      await m.ainstruct('Write a poem about rivers.'),
      await m.ainstruct('Write a poem about forests.'),
    ];
    expect(thunks.map((thunk) => thunk.isComputed())).toEqual([false, false, false]);
    await server.received(3);
    expect(server.openReplies).toBe(3);
    gate.open();
    await waitForAllMots(thunks);
    expect(thunks.map(({ value }) => value)).toEqual(['mountains!', 'rivers!', 'forests!']);
  });

  it('keeps both turns of two unawaited chats, in order', async () => {
    await using wire = await overWire(row, { contextType: 'chat' });
    const { m, server, prompt } = wire;
    const gate = new Turnstile();
    server.reply(
      { deltas: ['Blue.'], fault: { kind: 'stall', until: gate } },
      { deltas: ['You said blue.'] },
    );
    const first = await m.achat('My favourite colour?');
    const second = await m.achat('What did you say?');
    await server.received(1);
    expect([first.isComputed(), second.isComputed(), server.requests.length]).toEqual([false, false, 1]);
    gate.open();
    expect([await first.avalue(), await second.avalue()]).toEqual(['Blue.', 'You said blue.']);
    expect(prompt(1)).toBe('My favourite colour?\nBlue.\nWhat did you say?');
    expect(m.ctx.asList()).toHaveLength(4);
  });

  it('fails what is queued behind a failing turn with its error, then goes on', async () => {
    await using wire = await overWire(row, { contextType: 'chat', retry: { attempts: 1 } });
    const { m, server, prompt } = wire;
    server.reply({ fault: { kind: 'status', status: 400, message: 'No.' } }, { deltas: ['Yes.'] });
    const [first, second] = await Promise.allSettled([m.chat('one'), m.chat('two')]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'invalid_request' } });
    expect(second).toEqual(first);
    expect((await m.chat('three')).value).toBe('Yes.');
    expect(prompt(1)).toBe('three');
  });

  it('holds an answer to a schema', async () => {
    await using wire = await overWire(row);
    wire.server.reply({ deltas: ['{"city":', '"Rome"}'] });
    const format = z.object({ city: z.string() });
    expect((await wire.m.instruct('Name a city.', { format })).parsedRepr.city).toBe('Rome');
    const name = generative({ name: 'name', description: 'Names.', input: z.object({}), output: format });
    expect(await name(wire.m, {})).toEqual({ city: 'Rome' });
    expect(JSON.stringify(wire.server.requests[0]?.body)).toContain('"city"');
  });

  it('tries again until requirements are met, and sums what it used', async () => {
    await using wire = await overWire(row);
    const { m, server } = wire;
    const usage = { promptTokens: 10, completionTokens: 2 };
    server.reply(
      { deltas: ['much too long'], usage },
      { deltas: ['short'], usage },
      { deltas: ['yes'], usage },
    );
    const short = check(
      'be short',
      simpleValidate((text) => text.length < 8),
    );
    const strategy = new RejectionSamplingStrategy({ loopBudget: 3 });
    const thunk = await m.ainstruct('Say it.', { requirements: [short], strategy });
    expect(thunk.isComputed()).toBe(false);
    expect(await thunk.avalue()).toBe('short');
    expect(thunk.generation.usage).toMatchObject({ promptTokens: 20, completionTokens: 4, totalTokens: 24 });
    const [verdict] = await m.validate(req('be a word'));
    expect(verdict?.asBool()).toBe(true);
  });

  it('stops a stream at the chunk that fails, and closes its connection', async () => {
    await using wire = await overWire(row, { contextType: 'chat' });
    const { m, server } = wire;
    const gate = new Turnstile();
    server.reply({
      deltas: ['One day. ', 'A drum! ', 'The end.'],
      fault: { kind: 'stall', after: 2, until: gate },
    });
    const stream = await m.stream('Tell a story.', { requirements: [new NoDrums()] });
    const read: string[] = [];
    for await (const sentence of stream) read.push(sentence);
    expect(read).toEqual(['One day.']);
    await server.closed(await server.received(1));
    expect([server.openReplies, m.ctx.lastOutput()?.value]).toEqual([0, 'One day.']);
  });

  it('shows the last prompt as it went over the wire', async () => {
    await using wire = await overWire(row, {
      contextType: 'chat',
      modelOptions: { systemPrompt: 'Be brief.' },
    });
    wire.server.reply({ deltas: ['Hello.'] });
    await wire.m.chat('Hi.');
    await wire.m.chat('And you?');
    const prompt = wire.m.lastPrompt() as { role: string; content: string }[];
    expect(prompt.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'system: Be brief.',
      'user: Hi.',
      'assistant: Hello.',
      'user: And you?',
    ]);
    expect(wire.server.requests[1]?.body.messages).toMatchObject(prompt);
  });

  it('has plugins of its own, that change its requests and no others', async () => {
    await using wire = await overWire(row);
    const { server } = wire;
    server.reply({ deltas: ['Hello.'] });
    const { backend, settings } = row;
    const where = { backend, modelId: 'm', baseURL: server.baseURL, ...settings };
    const asks = async (temperature: number): Promise<void> => {
      const warm = hook(HookType.GENERATION_PRE_CALL, async (payload) => {
        await new Promise(setImmediate);
        return modify(payload, { modelOptions: { ...payload.modelOptions, temperature } });
      });
      await using m = await startSession({ ...where, plugins: [warm] });
      const thunks = [await m.ainstruct(`warm ${temperature}`), await m.aact(`warm ${temperature}`)];
      await waitForAllMots(thunks);
    };
    const temperatures = [0.125, 0.25, 0.375];
    await Promise.all([wire.m.chat('warm none'), ...temperatures.map(asks)]);
    expect(server.requests).toHaveLength(7);
    for (const { text, body } of server.requests) {
      const [, warm] = /warm ([\d.]+|none)/.exec(text) ?? [];
      const { temperature = 'none' } = { ...body, ...(body.options as object) } as { temperature?: number };
      expect(String(temperature)).toBe(warm);
    }
  });

  it('leaves nothing open when it is cleaned up', async () => {
    await using wire = await overWire(row, { modelOptions: { stream: true } });
    const { m, server } = wire;
    server.reply({ deltas: ['par', 't'], fault: { kind: 'stall', after: 1, until: new Turnstile() } });
    const thunks = [
      await m.ainstruct('one'),
      await m.ainstruct('two', { requirements: [new NoDrums('no drums')] }),
    ];
    const requests = [await server.received(1), await server.received(2)];
    await m.cleanup();
    await Promise.all(requests.map((request) => server.closed(request)));
    expect(server.openReplies).toBe(0);
    for (const thunk of thunks)
      await expect(thunk.avalue()).rejects.toMatchObject({ code: 'generation_cancelled' });
  });
});
