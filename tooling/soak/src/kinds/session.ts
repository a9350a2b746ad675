import { HookType } from '@melliflow/core';
import { hook, modify } from '@melliflow/plugins';
import { callTools, type Session, startSession, tool } from '@melliflow/stdlib';
import { mustHold } from '../broken-rule.js';
import { asItIs, type Operation, type Outcome, type Question, type Wrap } from '../operation.js';

const add = tool({
  name: 'add',
  parameters: {
    type: 'object',
    properties: { a: { type: 'integer' }, b: { type: 'integer' } },
    required: ['a', 'b'],
    additionalProperties: false,
  },
  execute: async (args) => {
    const { a, b } = args as { a: number; b: number };
    await new Promise((resolve) => setImmediate(resolve));
    return a + b;
  },
});

const cool = hook(HookType.GENERATION_PRE_CALL, async (payload) => {
  await new Promise((resolve) => setImmediate(resolve));
  return modify(payload, { modelOptions: { ...payload.modelOptions, temperature: 0.5 } });
});

/** A conversation: turns at the same time, one that calls a tool, one that nobody looks at, and the end of it all. */
export async function session(operation: Operation, wrap: Wrap = asItIs): Promise<Outcome> {
  const { chance, signal } = operation;
  const toolCalls = [{ id: 'a', name: 'add', args: { a: chance.below(9), b: `${chance.below(9)}` } }];
  const questions = Array.from({ length: 1 + chance.below(3) }, () => operation.ask());
  const withTool = operation.ask({ before: [{ toolCalls }] });
  const contextType = chance.pick(['chat', 'simple'] as const);
  const m = await startSession({
    backend: wrap(operation.backend),
    contextType,
    modelOptions: { stream: chance.happens(0.5) },
    plugins: chance.happens(0.5) ? [cool] : [],
  });
  const left = operation.leave(() => m.cleanup());
  try {
    const said = await Promise.allSettled(questions.map((question) => say(operation, m, question)));
    for (const one of said) if (one.status === 'rejected') throw one.reason;
    // A simple context shows the model no past, and so not what the tool was called for.
    if (contextType === 'chat') await callsTool(operation, m, withTool);
    if (chance.happens(0.3)) await m.achat(operation.ask().prompt, { signal });
    return 'whole';
  } catch (error) {
    return operation.failed(error);
  } finally {
    await m.cleanup();
    await left;
  }
}

async function say(operation: Operation, m: Session, question: Question): Promise<void> {
  const { chance, signal } = operation;
  if (chance.happens(0.5)) {
    const { value } = await m.instruct(question.prompt, { signal });
    operation.outcomeOf(value, question, true);
  } else {
    const thunk = await m.ainstruct(question.prompt, { signal });
    const text = await thunk.avalue();
    operation.outcomeOf(text, question, !thunk.cancelled);
  }
}

async function callsTool(operation: Operation, m: Session, question: Question): Promise<void> {
  const { signal } = operation;
  const offer = { modelOptions: { tools: [add] }, toolCalls: true, signal };
  const [result] = await callTools(await m.chat(question.prompt, offer), { signal });
  mustHold(/^\d+$/.test(result?.content ?? ''), 'tools', () => `the tool gave ${result?.content}`);
  if (result) operation.outcomeOf((await m.act(result, offer)).value, question, true);
}
