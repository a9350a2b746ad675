import { CBlock, GenerationCancelledError, ImageBlock, ModelOutputThunk } from '@melliflow/core';
import { TemplateFormatter } from '@melliflow/formatter';
import { type ScriptedAnswer, ScriptedBackend, type ScriptedBackendInit } from '@melliflow/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ChatContext } from '../src/contexts/chat-context.js';
import { SimpleContext } from '../src/contexts/simple-context.js';
import { Session } from '../src/session/session.js';
import { LoopBudgetError } from '../src/tools/loop-budget-error.js';
import { react } from '../src/tools/react.js';
import type { ReactStep } from '../src/tools/react-step.js';
import { tool } from '../src/tools/tool.js';
import { ToolOutput } from '../src/tools/tool-output.js';
import { png } from './png.js';

const weather = tool({
  name: 'weather',
  description: 'The temperature of a city.',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => ({ city, degrees: city === 'Rome' ? 21 : 9 }),
});
const formatter = new TemplateFormatter();
const script = (answers: readonly ScriptedAnswer[], init: ScriptedBackendInit = {}): ScriptedBackend =>
  new ScriptedBackend(answers, { formatter, ...init });
const calls = (
  ...toolCalls: { id?: string; name: string; args: Record<string, unknown> }[]
): ScriptedAnswer => ({
  toolCalls: toolCalls.map((call, i) => ({ id: `c${i}`, ...call })),
});
const final = (args: Record<string, unknown>): ScriptedAnswer => calls({ name: 'final_answer', args });

describe('a ReAct loop', () => {
  test('thinks, calls tools, reads their results, and ends with the final answer', async () => {
    const backend = script([
      {
        deltas: ['Both, then.'],
        ...calls({ name: 'weather', args: { city: 'Rome' } }, { name: 'weather', args: { city: 'Oslo' } }),
      },
      final({ answer: 'Rome.' }),
    ]);
    const steps: ReactStep[] = [];
    const { answer, context, ...result } = await react({
      backend,
      goal: 'Is it warmer in Rome or in Oslo?',
      tools: [weather],
      onStep: (step) => void steps.push(step),
    });
    expect(answer).toBe('Rome.');
    expect(result.steps).toEqual(steps);
    expect(steps.map(({ index, results }) => [index, results.map(({ output }) => output)])).toEqual([
      [
        1,
        [
          { city: 'Rome', degrees: 21 },
          { city: 'Oslo', degrees: 9 },
        ],
      ],
      [2, []],
    ]);
    const [goal, ...said] = formatter.toChatMessages(context.asList());
    expect(goal?.content).toMatch(
      /^Work towards this goal.*\nIs it warmer in Rome or in Oslo\?\n[\s\S]*`final_answer`\.$/,
    );
    expect(said).toEqual([
      {
        role: 'assistant',
        content: 'Both, then.',
        toolCalls: [
          { id: 'c0', name: 'weather', args: { city: 'Rome' } },
          { id: 'c1', name: 'weather', args: { city: 'Oslo' } },
        ],
      },
      { role: 'tool', content: '{"city":"Rome","degrees":21}', toolCallId: 'c0', name: 'weather' },
      { role: 'tool', content: '{"city":"Oslo","degrees":9}', toolCallId: 'c1', name: 'weather' },
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ id: 'c0', name: 'final_answer', args: { answer: 'Rome.' } }],
      },
      { role: 'tool', content: 'Rome.', toolCallId: 'c0', name: 'final_answer' },
    ]);
    expect(backend.calls[1]?.prompt).toContain('"degrees":9');
  });

  test('an answer of another form is typed and validated; the model may try again', async () => {
    const backend = script([final({ city: 'Rome' }), final({ city: 'Rome', degrees: '21' })]);
    const finalAnswer = z.object({ city: z.string(), degrees: z.number() });
    const { answer, steps } = await react({ backend, goal: 'g', tools: [], finalAnswer });
    const degrees: number = answer.degrees;
    expect([answer.city, degrees, steps.length]).toEqual(['Rome', 21, 2]);
    expect(backend.calls[1]?.prompt).toContain('- degrees: wanted a number, got nothing\nCall it again');
  });

  test('values that are no objects lie in `answer`', async () => {
    const backend = script([final({ answer: ['a'] })]);
    const { answer } = await react({ backend, goal: 'g', tools: [], finalAnswer: z.array(z.string()) });
    expect(answer.map((text) => text.toUpperCase())).toEqual(['A']);
    const plain = { $defs: { N: { type: 'integer', maximum: 5 } }, anyOf: [{ $ref: '#/$defs/N' }] };
    const twice = script([final({ answer: 9 }), final({ answer: 3 })]);
    expect((await react({ backend: twice, goal: 'g', tools: [], finalAnswer: plain })).answer).toBe(3);
  });

  test('who only talks is reminded of the tools', async () => {
    const backend = script([{ deltas: ['Hm.'] }, final({ answer: 'x' })]);
    await react({ backend, goal: 'g', tools: [weather] });
    expect(backend.calls[1]?.prompt).toContain(
      'Hm.\n\nCall a tool, or call `final_answer` when you can answer.',
    );
  });

  test('ends when the budget is used up, and keeps what was done', async () => {
    const backend = script([calls({ name: 'weather', args: { city: 'Rome' } })]);
    const error: unknown = await react({
      backend,
      goal: 'secret goal',
      tools: [weather],
      loopBudget: 2,
    }).catch((e: unknown) => e);
    if (!LoopBudgetError.is(error)) throw error;
    expect(error).toMatchObject({
      code: 'loop_budget',
      message: 'The model gave no final answer in 2 steps.',
    });
    expect(backend.calls).toHaveLength(2);
    expect(error.steps.map(({ results }) => results.length)).toEqual([1, 1]);
    expect(error.context.asList()).toHaveLength(5);
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  test('images of a tool are shown after its result', async () => {
    const image = new ImageBlock(png);
    const draw = tool({
      name: 'draw',
      parameters: {},
      execute: () => new ToolOutput({ content: 'drawn', images: [image] }),
    });
    const backend = script([calls({ name: 'draw', args: {} }), final({ answer: 'x' })]);
    const { steps } = await react({ backend, goal: 'g', tools: { any: draw } });
    const messages = formatter.toChatMessages(steps[0]?.context.asList() ?? []);
    expect(messages.slice(-2)).toEqual([
      { role: 'tool', content: 'drawn', toolCallId: 'c0', name: 'draw' },
      { role: 'user', content: 'Images that draw gave:', images: [png] },
    ]);
  });

  test('goes on where a conversation is, and leaves the session as it is', async () => {
    const ctx = new ChatContext().add(new CBlock('My name is Ann.')).add(new ModelOutputThunk('Hello Ann.'));
    const backend = script([final({ answer: 'Ann' })]);
    const session = { backend, ctx };
    const { context } = await react({ session, goal: 'Who am I?', tools: [] });
    expect(backend.calls[0]?.prompt).toContain('My name is Ann.');
    expect(session.ctx).toBe(ctx);
    expect(context.asList().slice(0, 2)).toEqual(ctx.asList());
    const plain = { backend, ctx: new SimpleContext() };
    expect((await react({ session: plain, goal: 'g', tools: [] })).context).toBeInstanceOf(ChatContext);
  });
});

test('in a session the options of the session hold, under those of the call', async () => {
  const backend = script([final({ answer: 'x' })]);
  const m = new Session({ backend, modelOptions: { temperature: 0.5, seed: 1 } });
  await react({ session: m, goal: 'g', tools: [], modelOptions: { seed: 2 } });
  expect(backend.calls[0]?.modelOptions).toMatchObject({ temperature: 0.5, seed: 2 });
});

describe('a backend that cannot offer tools', () => {
  test('its tools are told in a paragraph of their own', async () => {
    const backend = script([{ deltas: ['{"name":"final_answer","arguments":{"answer":"x"}}'] }], {
      capabilities: { tools: false },
    });
    await react({ backend, goal: 'g', tools: [weather] });
    expect(backend.calls[0]?.prompt).toMatch(/`final_answer`\.\n\nYou call a tool/);
  });

  test('is told the tools in the prompt, and the calls are found in its text', async () => {
    const backend = script(
      [
        { deltas: ['I look it up.\n```json\n{"name": "weather", "arguments": {"city": "Rome"}}\n```'] },
        { deltas: ['{"name": "final_answer", "arguments": {"answer": "21"}}'] },
      ],
      { capabilities: { tools: false } },
    );
    const { answer, context } = await react({ backend, goal: 'How warm is Rome?', tools: [weather] });
    expect(answer).toBe('21');
    expect(backend.calls[0]?.prompt).toContain(
      '{"name":"weather","description":"The temperature of a city.","parameters":',
    );
    expect(backend.calls[0]?.modelOptions.tools).toBeUndefined();
    const [, , result] = formatter.toChatMessages(context.asList());
    expect(result).toEqual({
      role: 'user',
      content: 'Result of the tool weather:\n{"city":"Rome","degrees":21}',
    });
  });
});

describe('the signal', () => {
  test('ends a generation, and a tool that runs', async () => {
    const hanging = new AbortController();
    const stuck = react({ backend: script([{ hangs: true }]), goal: 'g', tools: [], signal: hanging.signal });
    hanging.abort();
    await expect(stuck).rejects.toThrow(GenerationCancelledError);

    const running = new AbortController();
    const deaf = tool({
      name: 'deaf',
      parameters: {},
      execute: () => {
        running.abort();
        return new Promise<never>(() => undefined);
      },
    });
    const backend = script([calls({ name: 'deaf', args: {} })]);
    await expect(react({ backend, goal: 'g', tools: [deaf], signal: running.signal })).rejects.toThrow(
      GenerationCancelledError,
    );
    expect(backend.calls).toHaveLength(1);
  });
});

test('what onStep throws ends the loop', async () => {
  const onStep = async (): Promise<void> => {
    throw new Error('seen enough');
  };
  const backend = script([calls({ name: 'weather', args: { city: 'Rome' } })]);
  await expect(react({ backend, goal: 'g', tools: [weather], onStep })).rejects.toThrow('seen enough');
  expect(backend.calls).toHaveLength(1);
});

test.each<[string, object, string]>([
  ['nobody who thinks', { goal: 'g', tools: [] }, 'react needs a backend or a session, got undefined.'],
  [
    'a name',
    { goal: 'g', tools: [], backend: 'ollama' },
    'needs a backend or a session, got string "ollama".',
  ],
  [
    'a map',
    { backend: script([{}]), goal: 'g', tools: new Map() },
    'tools must be a list or a record of tools',
  ],
  [
    'no budget',
    { backend: script([{}]), goal: 'g', tools: [], loopBudget: 0 },
    'loopBudget must be a whole number from 1 up',
  ],
  [
    'a context that shows nothing',
    { backend: script([{}]), goal: 'g', tools: [], ctx: new SimpleContext() },
    'ctx must show the conversation',
  ],
  [
    'a tool with the name of the end',
    {
      backend: script([{}]),
      goal: 'g',
      tools: [tool({ name: 'final_answer', parameters: {}, execute: () => 1 })],
    },
    'Two tools are called "final_answer"',
  ],
  [
    'no goal',
    { backend: script([{}]), goal: 7, tools: [] },
    'goal must be text, a block or a component, got number 7.',
  ],
])('refuses %s', async (_, options, message) => {
  await expect(react(options as never)).rejects.toThrow(message);
});
