import {
  CBlock,
  Component,
  GenerationCancelledError,
  type ModelOutputThunk,
  UnsupportedFeatureError,
} from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  BudgetForcingStrategy,
  ChatContext,
  parseErrorOf,
  req,
  Session,
  SimpleContext,
  simpleValidate,
} from '../src/index.js';

const ctx = new SimpleContext();
const says = (text: string, completionTokens?: number) => ({
  deltas: [text],
  usage:
    completionTokens === undefined
      ? undefined
      : { promptTokens: 10, completionTokens, totalTokens: 10 + completionTokens },
});

describe('thinking and answering', () => {
  test('thoughts up to their end, then the answer; thoughts stand apart, and tokens are summed', async () => {
    const backend = new ScriptedBackend([
      says('I think of two and two. </think> ignored', 8),
      says('Four.', 2),
    ]);
    const strategy = new BudgetForcingStrategy({ thinkMaxTokens: 100, answerMaxTokens: 20 });
    const past = new ChatContext().add(new CBlock('You add.'));
    const { result, resultCtx, success } = await strategy.sample('2 + 2?', past, backend);
    expect(backend.calls.map(({ kind }) => kind)).toEqual(['raw', 'raw']);
    expect(backend.calls.map(({ prompt }) => prompt)).toEqual([
      'You add.\n\n2 + 2?<think>',
      'You add.\n\n2 + 2?<think>I think of two and two. </think>',
    ]);
    expect(backend.calls.map(({ modelOptions }) => [modelOptions.maxNewTokens, modelOptions.stop])).toEqual([
      [100, ['</think>']],
      [20, undefined],
    ]);
    expect([result.value, result.thinking, success]).toEqual(['Four.', 'I think of two and two. ', true]);
    expect(result.generation.usage).toEqual({ promptTokens: 20, completionTokens: 10, totalTokens: 30 });
    expect(resultCtx.asList().map(String)).toEqual(['You add.', '2 + 2?', 'Four.']);
  });

  test('it is made to think on until the budget is used up', async () => {
    const backend = new ScriptedBackend([
      says('thought number one', 4),
      says('thought number two', 6),
      says('9', 1),
    ]);
    const strategy = new BudgetForcingStrategy({ thinkMaxTokens: 10, thinkMore: '\nWait,' });
    const { result } = await strategy.sample('?', ctx, backend);
    expect(backend.calls.map(({ modelOptions }) => modelOptions.maxNewTokens)).toEqual([10, 6, undefined]);
    expect(backend.calls.at(-1)?.prompt).toBe('?<think>thought number one\nWait,thought number two</think>');
    expect(result.thinking).toBe('thought number one\nWait,thought number two');
  });

  test('and not when it has nothing left to think, also where the provider counts nothing', async () => {
    const backend = new ScriptedBackend([says('a long thought about it'), says('hm.'), says('9')]);
    const strategy = new BudgetForcingStrategy({ thinkMaxTokens: 1000, thinkMore: ' Wait,' });
    const { result } = await strategy.sample('?', ctx, backend);
    expect(backend.calls).toHaveLength(3);
    expect(result.generation.usage).toMatchObject({ completionTokens: 8, estimated: true });
  });

  test('an empty thought cannot run for ever', async () => {
    const backend = new ScriptedBackend([says('', 0), says('9', 1)]);
    await new BudgetForcingStrategy({ thinkMore: 'Wait,' }).sample('?', ctx, backend);
    expect(backend.calls).toHaveLength(2);
  });

  test('no budget, no thoughts; the prefix is a part of the answer', async () => {
    const backend = new ScriptedBackend([says(' 9', 1)]);
    const strategy = new BudgetForcingStrategy({ thinkMaxTokens: 0, answerPrefix: '\nThe final answer is:' });
    const { result } = await strategy.sample('?', ctx, backend);
    expect(backend.calls.map(({ prompt }) => prompt)).toEqual(['?<think></think>\nThe final answer is:']);
    expect(result.value).toBe('The final answer is: 9');
  });

  test('an answer that fails is tried again', async () => {
    const backend = new ScriptedBackend([
      says('long enough thought', 5),
      says('8', 1),
      says('another thought', 5),
      says('9', 1),
    ]);
    const nine = req(
      'say 9',
      simpleValidate((text) => text.includes('9')),
    );
    const strategy = new BudgetForcingStrategy({ loopBudget: 2, requirements: [nine] });
    const result = await strategy.sample('?', ctx, backend);
    expect(result.sampleGenerations.map(String)).toEqual(['8', '9']);
    expect(result.success).toBe(true);
  });
});

describe('reading the answer', () => {
  class NumberAnswer extends Component<number> {
    parts(): [] {
      return [];
    }
    formatForLlm(): string {
      return 'A number?';
    }
    parseOutput({ value }: ModelOutputThunk): number {
      return z.coerce.number().parse(value);
    }
  }

  test('by the component', async () => {
    const backend = new ScriptedBackend([says('x', 1), says('nine', 1), says('x', 1), says('9', 1)]);
    const result = await new BudgetForcingStrategy({ loopBudget: 2 }).sample(
      new NumberAnswer(),
      ctx,
      backend,
    );
    expect(result.sampleGenerations.map(({ parsedRepr }) => parsedRepr)).toEqual([null, 9]);
    expect(result.success).toBe(true);
  });

  test.each([true, false])('by the format, whether the wire keeps to it or not (%s)', async (held) => {
    const script = ['x', '{"a": "1"}', 'x', 'no JSON', 'x', '{"a": 1}'].map((text) => says(text, 1));
    const backend = new ScriptedBackend(script, { capabilities: { format: held } });
    const format = z.object({ a: z.number() });
    const result = await new BudgetForcingStrategy({ loopBudget: 3 }).sample('?', ctx, backend, { format });
    expect(result.success).toBe(true);
    expect(result.result.parsedRepr).toEqual({ a: 1 });
    expect(result.sampleValidations.map(([first]) => first?.[1].asBool())).toEqual([false, false, undefined]);
    expect(parseErrorOf(result)).toBeNull();
  });
});

describe('what it cannot do', () => {
  test('tools', async () => {
    const backend = new ScriptedBackend([says('x')]);
    const run = new BudgetForcingStrategy().sample('?', ctx, backend, { toolCalls: true });
    await expect(run).rejects.toBeInstanceOf(UnsupportedFeatureError);
    expect(backend.calls).toEqual([]);
  });

  test('without raw generation', async () => {
    const backend = new ScriptedBackend([says('x')], { capabilities: { raw: false } });
    await expect(new BudgetForcingStrategy().sample('?', ctx, backend)).rejects.toBeInstanceOf(
      UnsupportedFeatureError,
    );
  });

  test('without a view of the context (contract 3.1)', async () => {
    class Blind extends SimpleContext {
      override viewForGeneration(): never {
        return null as never;
      }
    }
    const backend = new ScriptedBackend([says('x')]);
    const run = new BudgetForcingStrategy().sample('?', new Blind(), backend);
    await expect(run).rejects.toMatchObject({ code: 'invalid_request' });
    expect(backend.calls).toEqual([]);
  });

  test('a failure is the error of the call itself, and an abort a cancellation', async () => {
    const broken = new ScriptedBackend([{ error: new Error('out') }]);
    await expect(new BudgetForcingStrategy().sample('?', ctx, broken)).rejects.toMatchObject({
      code: 'backend',
    });
    const hanging = new ScriptedBackend([{ hangs: true }]);
    const controller = new AbortController();
    const run = new BudgetForcingStrategy().sample('?', ctx, hanging, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(run).rejects.toBeInstanceOf(GenerationCancelledError);
  });

  test('what was used is kept when a later call fails, or its answer cannot be read', async () => {
    const strategy = new BudgetForcingStrategy();
    const failing = new Session({
      backend: new ScriptedBackend([says('I think of two.', 8), { error: new Error('dead') }]),
    });
    const thunk = await failing.ainstruct('2 + 2?', { strategy });
    await expect(thunk.avalue()).rejects.toThrow('dead');
    expect(thunk.generation.usage?.totalTokens).toBe(18);
    const backend = new ScriptedBackend([says('I think of two.', 8), says('Four.', 2)]);
    const { result } = await strategy.sample('2 + 2?', ctx, backend, { format: z.object({ n: z.number() }) });
    expect(result.generation.usage?.totalTokens).toBeGreaterThanOrEqual(18);
  });

  test.each([{ thinkMaxTokens: -1 }, { answerMaxTokens: 1.5 }])('%j is refused', (init) => {
    expect(() => new BudgetForcingStrategy(init)).toThrow(RangeError);
  });
});
