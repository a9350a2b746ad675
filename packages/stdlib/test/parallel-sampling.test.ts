import { GenerationCancelledError, Requirement, ValidationResult } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  BestOfNStrategy,
  MajorityVotingStrategy,
  MinimumBayesRiskStrategy,
  ParallelSamplingStrategy,
  req,
  type SampleAttempt,
  type SamplingProgress,
  SimpleContext,
  simpleValidate,
} from '../src/index.js';

const answers = (...texts: string[]): ScriptedBackend =>
  new ScriptedBackend(texts.map((text) => ({ deltas: [text] })));
const ctx = new SimpleContext();
const says = (word: string): Requirement =>
  req(
    `say ${word}`,
    simpleValidate((text) => text.includes(word)),
  );

class First extends ParallelSamplingStrategy {
  choose([first]: readonly SampleAttempt[]): SampleAttempt {
    return first as SampleAttempt;
  }
}

describe('attempts run at once', () => {
  test('all are asked before the first is done, and stand in the order in which they were asked', async () => {
    const backend = answers('last', 'second', 'first');
    const open = new Map<string, () => void>();
    const gates = new Map(
      ['first', 'second', 'last'].map((text) => [text, new Promise<void>((go) => open.set(text, go))]),
    );
    const gated = req('wait for its turn', async (after) => {
      await gates.get(String(after.lastOutput()));
      return true;
    });
    const told: string[] = [];
    const onProgress = (event: SamplingProgress): void => {
      const next = { 3: 'second', 2: 'last' }[event.type === 'attempt' ? event.attempt : 0];
      if (event.type === 'attempt') told.push(`${event.attempt} of ${backend.calls.length}`);
      open.get(next ?? 'first')?.();
    };
    const strategy = new First({ loopBudget: 3, onProgress, requirements: [gated] });
    const result = await strategy.sample('?', ctx, backend);
    expect(told).toEqual(['3 of 3', '2 of 3', '1 of 3']);
    expect(result.sampleGenerations.map(String)).toEqual(['last', 'second', 'first']);
    expect(result.resultIndex).toBe(0);
    const chosen = result.sampleGenerations.map(({ generateLog }) => generateLog?.isFinalResult);
    expect(chosen).toEqual([true, false, false]);
  });

  test('one that breaks cancels the others, and nothing runs when the error comes', async () => {
    const backend = new ScriptedBackend([{ hangs: true }, { error: new Error('out') }, { hangs: true }]);
    const run = new First({ loopBudget: 3 }).sample('?', ctx, backend);
    await expect(run).rejects.toThrow('scripted: out');
    expect(backend.calls.map(({ signal }) => signal.aborted)).toEqual([true, expect.any(Boolean), true]);
  });

  test('a validator that throws cancels them too', async () => {
    const backend = new ScriptedBackend([{ hangs: true }, { deltas: ['x'] }]);
    const broken = req('break', () => {
      throw new RangeError('broken');
    });
    const run = new First({ loopBudget: 2 }).sample('?', ctx, backend, { requirements: [broken] });
    await expect(run).rejects.toThrow(new RangeError('broken'));
    expect(backend.calls[0]?.signal.aborted).toBe(true);
  });

  test('the signal cancels all', async () => {
    const backend = new ScriptedBackend([{ hangs: true }]);
    const controller = new AbortController();
    const run = new First({ loopBudget: 3 }).sample('?', ctx, backend, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(run).rejects.toBeInstanceOf(GenerationCancelledError);
    expect(backend.calls.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
  });

  test('only those that meet the requirements are chosen from, then those that could be read', async () => {
    const seen: string[][] = [];
    class Look extends First {
      override choose(attempts: readonly SampleAttempt[]): SampleAttempt {
        seen.push(attempts.map(({ result }) => String(result)));
        return super.choose(attempts);
      }
    }
    const look = new Look({ loopBudget: 3 });
    const format = z.object({ a: z.number() });
    const asked = { format, requirements: [says('2')] };
    const good = await look.sample('?', ctx, answers('no', '{"a":1}', '{"a":2}'), asked);
    const readable = await look.sample('?', ctx, answers('no', '{"a":1}', '{"a":3}'), asked);
    const none = await look.sample('?', ctx, answers('no', 'nor', 'neither'), asked);
    expect(seen).toEqual([['{"a":2}'], ['{"a":1}', '{"a":3}'], ['no', 'nor', 'neither']]);
    expect([good.success, readable.success, none.success]).toEqual([true, false, false]);
    expect([good.resultIndex, readable.resultIndex, none.resultIndex]).toEqual([2, 1, 0]);
  });

  test('to choose something else is an error', async () => {
    class Wrong extends First {
      override choose(): SampleAttempt {
        return {} as SampleAttempt;
      }
    }
    const run = new Wrong().sample('?', ctx, answers('x'));
    await expect(run).rejects.toThrow(
      'choose() must give one of the attempts, got an object of class Object.',
    );
  });

  test('a choice that hangs ends with the signal', async () => {
    const controller = new AbortController();
    class Hanging extends ParallelSamplingStrategy {
      choose(): Promise<SampleAttempt> {
        controller.abort();
        return new Promise(() => undefined);
      }
    }
    const run = new Hanging().sample('?', ctx, answers('x'), { signal: controller.signal });
    await expect(run).rejects.toBeInstanceOf(GenerationCancelledError);
  });
});

describe('BestOfNStrategy', () => {
  test('gives the best score of those that meet all requirements', async () => {
    const score = ({ result }: SampleAttempt): number => result.value.length;
    const backend = answers('a good one', 'good', 'a very long bad one', 'a better good one');
    const result = await new BestOfNStrategy({ score }).sample('?', ctx, backend, {
      requirements: [says('good')],
    });
    expect(result.result.value).toBe('a better good one');
    expect(result.sampleGenerations).toHaveLength(4);
    expect(result.success).toBe(true);
  });

  test('takes the scores of the verdicts when it is given none; among equals the first', async () => {
    const rated = new Requirement('be long', {
      validationFn: (after) => new ValidationResult(true, { score: String(after.lastOutput()).length }),
    });
    const strategy = new BestOfNStrategy({ loopBudget: 3, requirements: [rated] });
    expect((await strategy.sample('?', ctx, answers('aa', 'bbb', 'ccc'))).resultIndex).toBe(1);
    expect(
      (await new BestOfNStrategy({ loopBudget: 3 }).sample('?', ctx, answers('a', 'b'))).resultIndex,
    ).toBe(0);
  });

  test('when none is good, gives the one that meets most', async () => {
    const requirements = [says('a'), says('b'), says('c')];
    const result = await new BestOfNStrategy({ loopBudget: 3 }).sample('?', ctx, answers('a', 'a b', 'c'), {
      requirements,
    });
    expect([result.success, result.result.value]).toEqual([false, 'a b']);
  });

  test.each([Number.NaN, '1', undefined])('a score of %s is refused', async (score) => {
    const run = new BestOfNStrategy({ score: () => score as number }).sample('?', ctx, answers('x'));
    await expect(run).rejects.toThrow(/^score must give a number, got /);
  });
});

describe('MajorityVotingStrategy', () => {
  test('gives the answer that comes most often, however it is written', async () => {
    const backend = answers(
      'It is 2.',
      'So the answer is $1/2$.',
      'x = 0.5',
      'It must be 3',
      '\\boxed{\\frac{1}{2}}',
    );
    const result = await new MajorityVotingStrategy({ loopBudget: 5 }).sample('?', ctx, backend);
    expect(result.result.value).toBe('So the answer is $1/2$.');
    expect(result.sampleGenerations).toHaveLength(5);
  });

  test('words vote by themselves; among equals the first wins', async () => {
    const backend = answers('No.', 'Yes!', 'yes', 'no', 'perhaps');
    const result = await new MajorityVotingStrategy({ loopBudget: 5 }).sample('?', ctx, backend);
    expect(result.result.value).toBe('No.');
  });

  test('those that fail a requirement do not vote', async () => {
    const backend = answers('bad 1', 'bad 1', 'good 2');
    const requirements = [says('good')];
    const result = await new MajorityVotingStrategy({ loopBudget: 3 }).sample('?', ctx, backend, {
      requirements,
    });
    expect(result.result.value).toBe('good 2');
  });

  test('what is voted for may be read from the parsed value', async () => {
    const format = z.object({ label: z.string(), why: z.string() });
    const json = (label: string, why: string): string => JSON.stringify({ label, why });
    const strategy = new MajorityVotingStrategy({
      loopBudget: 3,
      answer: ({ parsedRepr }) => (parsedRepr as z.infer<typeof format>).label,
    });
    const backend = answers(json('cat', '1'), json('dog', '2'), json('dog', '3'));
    expect((await strategy.sample('?', ctx, backend, { format })).resultIndex).toBe(1);
  });

  test('asks 8 times by itself', async () => {
    const backend = answers('1');
    await new MajorityVotingStrategy().sample('?', ctx, backend);
    expect(backend.calls).toHaveLength(8);
  });
});

describe('MinimumBayesRiskStrategy', () => {
  test('gives the text that is most like the others', async () => {
    const backend = answers(
      'Bananas are yellow.',
      'The cat sat on the mat.',
      'The cat sat on a red mat.',
      'A cat sat on the red mat.',
    );
    const result = await new MinimumBayesRiskStrategy({ loopBudget: 4 }).sample('?', ctx, backend);
    expect(result.resultIndex).toBeGreaterThan(0);
    const alone = await new MinimumBayesRiskStrategy({ loopBudget: 3 }).sample(
      '?',
      ctx,
      answers('something else', 'the same words', 'the same words'),
    );
    expect(alone.resultIndex).toBe(1);
  });

  test('by a similarity of one’s own, each of the others compared with it', async () => {
    const compared: string[] = [];
    const similarity = async (candidate: string, other: string): Promise<number> => {
      compared.push(candidate + other);
      return candidate === 'b' ? 1 : 0;
    };
    const strategy = new MinimumBayesRiskStrategy({ loopBudget: 3, similarity });
    expect((await strategy.sample('?', ctx, answers('a', 'b', 'c'))).result.value).toBe('b');
    expect(compared.sort()).toEqual(['ab', 'ac', 'ba', 'bc', 'ca', 'cb']);
  });

  test('a single attempt is the answer', async () => {
    expect(
      (await new MinimumBayesRiskStrategy({ loopBudget: 1 }).sample('?', ctx, answers('x'))).resultIndex,
    ).toBe(0);
  });
});
