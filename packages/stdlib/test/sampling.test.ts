import {
  CBlock,
  Component,
  ComponentParseError,
  GenerationCancelledError,
  ModelOutputThunk,
  type Requirement,
  SamplingResult,
  setLogger,
  ValidationResult,
} from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  BaseSamplingStrategy,
  ChatContext,
  Instruction,
  MultiTurnStrategy,
  parseErrorOf,
  RejectionSamplingStrategy,
  RepairTemplateStrategy,
  req,
  type SampleAttempt,
  type SampleStep,
  type SamplingProgress,
  SimpleContext,
  simpleValidate,
} from '../src/index.js';
import { untilAborted } from '../src/requirements/until-aborted.js';
import { recordHooks } from './recorded-hooks.js';

afterEach(() => {
  setHookDispatcher(null);
  setLogger(null);
});

const answers = (...texts: string[]): ScriptedBackend =>
  new ScriptedBackend(texts.map((text) => ({ deltas: [text] })));
const says = (word: string): Requirement =>
  req(
    `say ${word}`,
    simpleValidate((text) => text.includes(word)),
  );
const ctx = new SimpleContext();

/** Reads a number, and nothing else. */
class NumberAnswer extends Component<number> {
  parts(): [] {
    return [];
  }

  formatForLlm(): string {
    return 'Say a number.';
  }

  parseOutput({ value }: ModelOutputThunk): number {
    const number = Number(value);
    if (Number.isNaN(number)) throw new RangeError(`${value} is no number`);
    return number;
  }
}

describe('an output that cannot be read is a failed attempt', () => {
  test('also when another copy of the package says so', () => {
    const error = new ComponentParseError('no');
    const failure = Object.assign(req('be readable'), { error });
    const result = new SamplingResult({
      success: false,
      resultIndex: 0,
      sampleGenerations: [ModelOutputThunk.computed('x')],
      sampleValidations: [[[failure, new ValidationResult(false)]]],
      sampleActions: [new CBlock('ask')],
      sampleContexts: [new SimpleContext()],
    });
    expect(parseErrorOf(result)).toBe(error);
  });

  const format = z.object({ city: z.string() });

  test('by its format: the reason stands in a failed validation, and the next attempt may be read', async () => {
    const backend = answers('no JSON', '{"city": 1}', '{"city": "Rome"}');
    const looked: unknown[] = [];
    const city = req('name a city', (after) => {
      looked.push(after.lastOutput()?.parsedRepr);
      return true;
    });
    const strategy = new RejectionSamplingStrategy({ loopBudget: 3 });
    const result = await strategy.sample('Where?', ctx, backend, { format, requirements: [city] });
    expect(result.success).toBe(true);
    const read: { city: string } | null = result.result.parsedRepr;
    expect(read).toEqual({ city: 'Rome' });
    expect(looked).toEqual([{ city: 'Rome' }]);
    expect(result.sampleGenerations.map(String)).toEqual(['no JSON', '{"city": 1}', '{"city": "Rome"}']);
    expect(result.sampleGenerations.map(({ parsedRepr }) => parsedRepr)).toEqual([
      null,
      null,
      { city: 'Rome' },
    ]);
    const [first, second] = result.sampleValidations.map(([one]) => one?.[1]);
    expect(first?.asBool()).toBe(false);
    expect(first?.reason).toContain('not valid JSON');
    expect(second?.reason).toContain('city');
    expect(parseErrorOf(result)).toBeNull();
  });

  test('plain JSON Schema is validated too', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const backend = answers('{"city": 1}', '{"city": "Rome"}');
    const result = await new RejectionSamplingStrategy().sample('Where?', ctx, backend, { format: schema });
    expect([result.success, result.resultIndex]).toEqual([true, 1]);
    const wrong = new RejectionSamplingStrategy().sample('Where?', ctx, backend, { format: 7 as never });
    await expect(wrong).rejects.toThrow(TypeError);
  });

  test('when none can be read, the result keeps all and says why', async () => {
    const result = await new RejectionSamplingStrategy().sample('Where?', ctx, answers('a', 'b'), { format });
    expect(result.success).toBe(false);
    expect(result.sampleGenerations.map(String)).toEqual(['a', 'b']);
    expect(result.result.isComputed()).toBe(true);
    expect(parseErrorOf(result)).toBeInstanceOf(ComponentParseError);
    expect(result.sampleContexts.map((after) => String(after.lastOutput()))).toEqual(['a', 'b']);
  });

  test('one that can be read is preferred to one that cannot', async () => {
    const result = await new RejectionSamplingStrategy({ loopBudget: 3 }).sample(
      new NumberAnswer(),
      ctx,
      answers('x', '1', '2'),
      { requirements: [says('9')] },
    );
    expect([result.success, result.resultIndex, result.result.parsedRepr]).toEqual([false, 1, 1]);
  });

  test('what its component says goes into the repair', async () => {
    const backend = answers('many', '5');
    const result = await new MultiTurnStrategy().sample(new NumberAnswer(), new ChatContext(), backend);
    expect(backend.calls[1]?.prompt).toContain('many is no number');
    expect(result.success).toBe(true);
    expect(result.result.parsedRepr).toBe(5);
  });

  test('an answer to a repair message is read by the component that was asked at first', async () => {
    const options = { requirements: [says('7')] };
    const result = await new MultiTurnStrategy({ loopBudget: 3 }).sample(
      new NumberAnswer(),
      new ChatContext(),
      answers('6', 'seven', '7'),
      options,
    );
    expect(result.sampleGenerations.map(({ parsedRepr }) => parsedRepr)).toEqual([6, null, 7]);
    const number: number | null = result.result.parsedRepr;
    expect(number).toBe(7);
  });
});

describe('requirements', () => {
  test('the strategy’s come first, then the call’s, in order; one that both have is checked once', async () => {
    const asked: string[] = [];
    const make = (name: string): Requirement => req(name, () => asked.push(name) > 0);
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(make) as [
      Requirement,
      Requirement,
      Requirement,
      Requirement,
    ];
    const strategy = new RejectionSamplingStrategy({ requirements: [c, a] });
    const result = await strategy.sample('?', ctx, answers('x'), { requirements: [d, a, b] });
    expect(result.sampleValidations[0]?.map(([requirement]) => requirement)).toEqual([c, a, d, b]);
    expect(asked).toEqual(['c', 'a', 'd', 'b']);
  });

  test('of the strategy may be texts, which a model judges', async () => {
    const backend = answers('hi', 'yes');
    const result = await new RejectionSamplingStrategy({ requirements: ['be polite'] }).sample(
      '?',
      ctx,
      backend,
    );
    expect(result.success).toBe(true);
    expect(backend.calls[1]?.prompt).toContain('be polite');
  });

  test('what is none is refused when the strategy is made', () => {
    expect(() => new RejectionSamplingStrategy({ requirements: [7 as never] })).toThrow(TypeError);
    expect(() => new RejectionSamplingStrategy({ requirements: 'x' as never })).toThrow(
      'requirements must be an array',
    );
  });

  test('of a call that are no list are refused before any request', async () => {
    const backend = answers('x');
    const run = new RejectionSamplingStrategy().sample('?', ctx, backend, { requirements: 'good' as never });
    await expect(run).rejects.toThrow('requirements must be an array, got string "good".');
    expect(backend.calls).toEqual([]);
  });

  test.each([0, -1, 1.5, Number.NaN, '3'])('a budget of %j is refused', (loopBudget) => {
    expect(() => new RejectionSamplingStrategy({ loopBudget: loopBudget as number })).toThrow(RangeError);
  });
});

describe('where outputs are judged', () => {
  test('a validation function sees the past; a judge is shown its question only', async () => {
    const past = new ChatContext().add(new CBlock('before')).add(new CBlock('long before'));
    let seen: string[] = [];
    const look = req('look', (after) => {
      seen = after.asList().map(String);
      return true;
    });
    const backend = answers('hi', 'yes');
    await new RejectionSamplingStrategy().sample('?', past, backend, {
      requirements: [look, req('be polite')],
    });
    expect(seen).toEqual(['before', 'long before', '?', 'hi']);
    expect(backend.calls[0]?.prompt).toContain('long before');
    expect(backend.calls[1]?.prompt).not.toContain('long before');
  });

  test('a context of its own may be given', async () => {
    const backend = answers('hi', 'yes');
    const validationCtx = new ChatContext().add(new CBlock('The house rules.'));
    await new RejectionSamplingStrategy().sample('?', ctx, backend, {
      requirements: [req('obey')],
      validationCtx,
    });
    expect(backend.calls[1]?.view.map(String)).toEqual(['The house rules.', '?', 'hi']);
  });
});

describe('a strategy of one’s own', () => {
  class LouderEachTime extends BaseSamplingStrategy {
    repairs = 0;

    repair(last: SampleAttempt, attempts: readonly SampleAttempt[]): SampleStep {
      this.repairs += 1;
      return {
        ctx: last.ctx,
        action: new CBlock(`${attempts.map(String).length}: louder than ${last.result}`),
      };
    }

    override selectFromFailure(attempts: readonly SampleAttempt[]): number {
      return attempts.length - 1;
    }
  }

  test('says what to ask next, and what to give when nothing was good', async () => {
    const backend = answers('a', 'b', 'c');
    const strategy = new LouderEachTime({ loopBudget: 3 });
    const result = await strategy.sample('Shout.', ctx, backend, { requirements: [says('A')] });
    expect(backend.calls.map((call) => call.prompt)).toEqual([
      'Shout.',
      '1: louder than a',
      '2: louder than b',
    ]);
    expect([result.success, result.resultIndex, strategy.repairs]).toEqual([false, 2, 2]);
    expect(strategy.name).toBe('LouderEachTime');
  });

  test.each([null, {}, { action: 'x', ctx }, { action: new CBlock('x') }])(
    'that asks %j is told so',
    async (step) => {
      class Wrong extends BaseSamplingStrategy {
        repair(): SampleStep {
          return step as SampleStep;
        }
      }
      const run = new Wrong().sample('?', ctx, answers('x'), { requirements: [says('A')] });
      await expect(run).rejects.toThrow(/^repair\(\) must give \{ action, ctx \}/);
    },
  );

  test('that chooses none of its attempts is told so', async () => {
    class Lost extends RejectionSamplingStrategy {
      override selectFromFailure(): number {
        return 7;
      }
    }
    const run = new Lost().sample('?', ctx, answers('x'), { requirements: [says('A')] });
    await expect(run).rejects.toThrow(new RangeError('resultIndex 7 names none of 2 attempts.'));
  });
});

describe('a signal', () => {
  test('that is aborted already means no request', async () => {
    const backend = answers('x');
    const run = new RejectionSamplingStrategy().sample('?', ctx, backend, { signal: AbortSignal.abort() });
    await expect(run).rejects.toBeInstanceOf(GenerationCancelledError);
    expect(backend.calls).toHaveLength(0);
  });

  test('that is none is refused', async () => {
    const run = new RejectionSamplingStrategy().sample('?', ctx, answers('x'), { signal: {} as never });
    await expect(run).rejects.toThrow('signal must be an AbortSignal, got an object of class Object.');
  });

  test('ends a generation that runs', async () => {
    const backend = new ScriptedBackend([{ deltas: ['bad'] }, { deltas: ['half'], hangs: true }]);
    const controller = new AbortController();
    const onProgress = ({ type }: SamplingProgress): void => {
      if (type === 'repair') setImmediate(() => controller.abort('enough'));
    };
    const run = new RejectionSamplingStrategy({ loopBudget: 9, onProgress }).sample('?', ctx, backend, {
      requirements: [says('good')],
      signal: controller.signal,
    });
    const error = await run.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GenerationCancelledError);
    expect((error as Error).cause).toBe('enough');
    expect((error as GenerationCancelledError).partialText).toBe('half');
    expect(backend.calls).toHaveLength(2);
    expect(backend.calls[1]?.signal.aborted).toBe(true);
  });

  test('ends a repair that hangs', async () => {
    const controller = new AbortController();
    class Hanging extends BaseSamplingStrategy {
      repair(): Promise<SampleStep> {
        controller.abort();
        return new Promise(() => undefined);
      }
    }
    const run = new Hanging().sample('?', ctx, answers('x'), {
      requirements: [says('A')],
      signal: controller.signal,
    });
    await expect(run).rejects.toBeInstanceOf(GenerationCancelledError);
  });

  test.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    [
      'a run',
      (signal) => {
        const requirements = [says('A'), says('B')];
        const strategy = new RejectionSamplingStrategy({ loopBudget: 3 });
        return strategy.sample('?', ctx, answers('x'), { requirements, signal });
      },
    ],
    ['work that ends well', (signal) => untilAborted(Promise.resolve(), signal)],
    ['work that fails', (signal) => untilAborted(Promise.reject(new Error('x')), signal).catch(() => null)],
  ])('is left without listeners by %s', async (_, work) => {
    const { signal } = new AbortController();
    let [added, listeners] = [0, 0];
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      added += 1;
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    await work(signal);
    expect(added).toBeGreaterThan(0);
    expect(listeners).toBe(0);
  });
});

describe('what is told', () => {
  test('usage is there for each attempt', async () => {
    const usage = (totalTokens: number) => ({
      promptTokens: 1,
      completionTokens: totalTokens - 1,
      totalTokens,
    });
    const backend = new ScriptedBackend([
      { deltas: ['bad'], usage: usage(3) },
      { deltas: ['good'], usage: usage(5) },
    ]);
    const result = await new RejectionSamplingStrategy().sample('?', ctx, backend, {
      requirements: [says('good')],
    });
    expect(result.sampleGenerations.map(({ generation }) => generation.usage?.totalTokens)).toEqual([3, 5]);
  });

  test('hooks: one start, an iteration for each attempt, a repair between two, one end', async () => {
    const hooks = recordHooks('sampling');
    const strategy = new RepairTemplateStrategy({ loopBudget: 3 });
    const instruction = new Instruction('Say good.');
    await strategy.sample(instruction, ctx, answers('a', 'b good', 'c'), {
      requirements: [says('good'), says('b')],
    });
    expect(hooks.map(({ type }) => type)).toEqual([
      'sampling_loop_start',
      'sampling_iteration',
      'sampling_repair',
      'sampling_iteration',
      'sampling_loop_end',
    ]);
    const [start, first, repair, , end] = hooks.map(({ payload }) => payload);
    expect(start).toMatchObject({
      strategyName: 'RepairTemplateStrategy',
      loopBudget: 3,
      action: instruction,
    });
    expect(first).toMatchObject({ iteration: 1, allValidationsPassed: false, validCount: 0, totalCount: 2 });
    expect(repair).toMatchObject({ repairIteration: 1, failedAction: instruction, repairContext: ctx });
    expect(repair?.repairAction).not.toBe(instruction);
    expect(end).toMatchObject({ success: true, iterationsUsed: 2, failureReason: null });
  });

  test('a plugin may change the budget, and a failure has its end too', async () => {
    const hooks = recordHooks('sampling', {
      sampling_loop_start: (payload) => ({ ...payload, loopBudget: 1 }),
    });
    await new RejectionSamplingStrategy({ loopBudget: 5 }).sample('?', ctx, answers('x'), {
      requirements: [says('A')],
    });
    expect(hooks.map(({ type }) => type)).not.toContain('sampling_repair');
    expect(hooks.at(-1)?.payload).toMatchObject({ success: false, iterationsUsed: 1 });
    const broken = new ScriptedBackend([{ error: new Error('out') }]);
    await expect(new RejectionSamplingStrategy().sample('?', ctx, broken)).rejects.toThrow('out');
    expect(hooks.at(-1)).toMatchObject({
      type: 'sampling_loop_end',
      payload: { success: false, iterationsUsed: 0, finalResult: null, failureReason: 'BackendError' },
    });
  });

  test('the end comes once, also when a plugin blocks it', async () => {
    const hooks = recordHooks('sampling', {
      sampling_loop_end: () => {
        throw new Error('plugin');
      },
    });
    await expect(new RejectionSamplingStrategy().sample('?', ctx, answers('x'))).rejects.toThrow('plugin');
    expect(hooks.filter(({ type }) => type === 'sampling_loop_end')).toHaveLength(1);
  });

  test('a plugin that breaks at the end cannot replace the error', async () => {
    const logged: string[] = [];
    const listen = (message: string): unknown => logged.push(message);
    setLogger({ debug: listen, info: listen, warn: listen, error: listen });
    recordHooks('sampling', {
      sampling_loop_end: () => {
        throw new Error('plugin');
      },
    });
    const broken = new ScriptedBackend([{ error: new Error('out') }]);
    await expect(new RejectionSamplingStrategy().sample('?', ctx, broken)).rejects.toThrow('out');
    expect(logged).toContain('A plugin failed in sampling_loop_end.');
  });

  test('progress, whatever a listener does', async () => {
    const events: SamplingProgress[] = [];
    const onProgress = (event: SamplingProgress): void => {
      events.push(event);
      throw new Error('listener');
    };
    const requirements = [says('good'), says('x')];
    await new RejectionSamplingStrategy({ onProgress }).sample('?', ctx, answers('x', 'x good'), {
      requirements,
    });
    expect(events).toEqual([
      { type: 'start', strategy: 'RejectionSamplingStrategy', loopBudget: 2 },
      { type: 'attempt', attempt: 1, loopBudget: 2, success: false, passed: 1, total: 2 },
      { type: 'repair', attempt: 2 },
      { type: 'attempt', attempt: 2, loopBudget: 2, success: true, passed: 2, total: 2 },
      { type: 'end', success: true, attempts: 2 },
    ]);
  });

  test('a progress bar is drawn on a terminal and taken away again', async () => {
    const written: string[] = [];
    const terminal = (isTTY: boolean) => ({ isTTY, write: (text: string) => written.push(text) });
    const run = (progress: object) =>
      new RejectionSamplingStrategy({ progress: progress as never }).sample('?', ctx, answers('a', 'b'), {
        requirements: [says('x')],
      });
    await run(terminal(false));
    expect(written).toEqual([]);
    await run(terminal(true));
    expect(written[0]).toContain('0/2 attempts');
    expect(written.join('')).toContain('2/2 attempts, 0 of 1 requirements hold');
    expect(written.at(-1)).toBe('\r\u001B[K');
    expect(() => new RejectionSamplingStrategy({ progress: 3 as never })).toThrow(
      'progress must be true, false or',
    );
  });

  test('a failing run takes its progress bar away too', async () => {
    const written: string[] = [];
    const progress = { isTTY: true, write: (text: string) => written.push(text) };
    const broken = new ScriptedBackend([{ error: new Error('out') }]);
    await expect(new RejectionSamplingStrategy({ progress }).sample('?', ctx, broken)).rejects.toThrow('out');
    expect(written.at(-1)).toBe('\r\u001B[K');
  });
});

test('a seed is raised with each attempt, so that a run repeats and its attempts differ', async () => {
  const backend = answers('x');
  const options = { requirements: [says('A')], modelOptions: { seed: 7, temperature: 1 } };
  await new RejectionSamplingStrategy({ loopBudget: 3 }).sample('?', ctx, backend, options);
  expect(backend.calls.map(({ modelOptions }) => modelOptions)).toEqual([
    { seed: 7, temperature: 1 },
    { seed: 8, temperature: 1 },
    { seed: 9, temperature: 1 },
  ]);
});
