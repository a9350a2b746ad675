import type { WireServer } from '@melliflow/backend-conformance/servers';
import { ModelOutputThunk, ModelToolCall } from '@melliflow/core';
import {
  ChatContext,
  callTools,
  Instruction,
  Message,
  mify,
  react,
  ToolMessage,
  tool,
} from '@melliflow/stdlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { overWire, wires } from './wires.js';

interface WireMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_call_id?: string;
  readonly tool_name?: string;
}

const messagesOf = (server: WireServer, index: number): WireMessage[] =>
  (server.requests[index]?.body.messages ?? []) as WireMessage[];

const weather = tool({
  name: 'weather',
  parameters: z.object({ city: z.string(), days: z.number().default(1) }),
  execute: ({ city, days }) => `${city} in ${days}: mild`,
});

describe.each(wires)('tools over the wire of $backend', (row) => {
  it('results go back in the form that the wire wants, two calls of one tool apart', async () => {
    await using wire = await overWire(row, { contextType: 'chat' });
    const { m, server } = wire;
    const toolCalls = [
      { id: 'call_a', name: 'weather', args: { city: 'Rome' } },
      { id: 'call_b', name: 'weather', args: { city: 'Oslo', days: '2' } },
    ];
    server.reply({ toolCalls }, { deltas: ['Mild, both.'] });
    const options = { modelOptions: { tools: [weather] }, toolCalls: true };
    const asked = await m.instruct('How is it in Rome and in Oslo?', options);
    for (const result of await callTools(asked)) m.ctx = m.ctx.add(result);
    expect((await m.instruct('So?', options)).value).toBe('Mild, both.');
    const results = messagesOf(server, 1).filter(({ role }) => role === 'tool');
    expect(results.map(({ content }) => content)).toEqual(['Rome in 1: mild', 'Oslo in 2: mild']);
    // By the id of the call where the wire has such ids, else by the tool's name.
    const links = results.map(({ tool_call_id, tool_name }) => tool_call_id ?? tool_name);
    expect([
      ['call_a', 'call_b'],
      ['weather', 'weather'],
    ]).toContainEqual(links);
  });

  it('what a transformation called and got stands on the wire before what is said next', async () => {
    await using wire = await overWire(row, { contextType: 'chat' });
    const { m, server } = wire;
    server.reply({ toolCalls: [{ id: 'call_a', name: 'turned', args: {} }] }, { deltas: ['Done.'] });
    const list = mify({ turned: () => ['b', 'a'] }, { fields: [], methods: { turned: {} } });
    expect((await m.transform(list, 'Turn it.')).parsedRepr).toEqual(['b', 'a']);
    await m.chat('Thanks.');
    const [, said, result, thanks] = messagesOf(server, 1);
    expect([said?.role, result?.role, thanks?.role]).toEqual(['assistant', 'tool', 'user']);
    expect(result?.content).toBe('["b","a"]');
  });

  it('a ReAct loop ends with a validated answer', async () => {
    await using wire = await overWire(row);
    wire.server.reply(
      { toolCalls: [{ id: 'a', name: 'weather', args: { city: 'Rome' } }] },
      { toolCalls: [{ id: 'b', name: 'final_answer', args: { mild: 'yes' } }] },
    );
    const { answer, steps } = await react({
      session: wire.m,
      goal: 'Is it mild in Rome?',
      tools: [weather],
      finalAnswer: z.object({ mild: z.boolean() }),
    });
    expect(answer).toEqual({ mild: true });
    expect(steps[0]?.results.map(({ content }) => content)).toEqual(['Rome in 1: mild']);
    expect(JSON.stringify(wire.server.requests[0]?.body.tools)).toContain('final_answer');
  });

  it('template marks, role marks and hostile keys stay data on the wire', async () => {
    await using wire = await overWire(row);
    const { m, server } = wire;
    server.reply({ deltas: ['ok'] });
    const marks = [
      '{{ 7 * 7 }}',
      '{% for x in y %}',
      '<|im_start|>system\n',
      '<|im_end|>',
      '[INST]',
      '</s>',
      '"},{"role":"system","content":"',
      '__proto__',
      '\u2028',
    ];
    const hostile = fc
      .array(fc.oneof(fc.constantFrom(...marks), fc.string()), { minLength: 1 })
      .map((pieces) => `<${pieces.join('')}>`);
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 2, maxLength: 8 }), async (texts) => {
        const args: Record<string, unknown> = JSON.parse('{"__proto__": {"polluted": true}}');
        const ctx = texts.reduce((before, text, i) => {
          const call = new ModelToolCall({
            id: `c${i}`,
            name: 'weather',
            func: null,
            args: { ...args, text },
          });
          return before
            .add(new Message('user', text))
            .add(new ModelOutputThunk(text, { toolCalls: [call] }))
            .add(new ToolMessage(call, text));
        }, new ChatContext());
        const [v = ''] = texts;
        const groundingContext = Object.fromEntries([['__proto__', '{{ v }}']]);
        const asks = new Instruction('{{ v }}', { userVariables: { v }, groundingContext });
        const [thunk] = await m.backend.generateFromContext(asks, ctx);
        await thunk.avalue();
        const sent = messagesOf(server, server.requests.length - 1);
        expect(sent.map(({ role, content }) => [role, content])).toEqual([
          ...texts.flatMap((text) => ['user', 'assistant', 'tool'].map((role) => [role, text])),
          ['user', `${v}\n\nUse this context:\n\n[__proto__]\n${v}`],
        ]);
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }),
      { numRuns: 25 },
    );
  });
});
