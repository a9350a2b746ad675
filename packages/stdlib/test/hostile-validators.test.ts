import { GenerationCancelledError, Requirement, ValidationResult } from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, test } from 'vitest';
import {
  Instruction,
  RejectionSamplingStrategy,
  RepairTemplateStrategy,
  req,
  SimpleContext,
  validateAll,
} from '../src/index.js';
import { recordHooks } from './recorded-hooks.js';

afterEach(() => setHookDispatcher(null));

const backend = (): ScriptedBackend => new ScriptedBackend([{ deltas: ['out'] }]);
const ctx = new SimpleContext();
const never = new Promise<never>(() => undefined);

async function validated(validationFn: () => unknown, signal?: AbortSignal): Promise<unknown> {
  const requirements = [req('hostile', validationFn as () => boolean)];
  return new RejectionSamplingStrategy().sample('?', ctx, backend(), { requirements, signal });
}

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new RangeError('mine');
    },
  ],
  ['rejects', () => Promise.reject(new RangeError('mine'))],
])('a validator that %s ends the run with its error', async (_, validationFn) => {
  await expect(validated(validationFn)).rejects.toThrow(new RangeError('mine'));
});

test.each<[string, unknown]>([
  ['null', null],
  ['undefined', undefined],
  ['a text', 'yes'],
  ['an object', { result: true }],
  ['a promise of a text', Promise.resolve('yes')],
])('one that gives %s is told what to give', async (_, nonsense) => {
  await expect(validated(() => nonsense)).rejects.toThrow(
    /^validationFn must give a boolean or a ValidationResult, got /,
  );
});

test('a requirement whose validate gives nonsense is named', async () => {
  class Odd extends Requirement {
    override validate(): never {
      return Promise.resolve('yes') as never;
    }
  }
  const run = validateAll([new Odd('odd')], ctx, backend());
  await expect(run).rejects.toThrow('validate of Odd must give a ValidationResult, got string "yes".');
});

test('one that hangs ends with the signal', async () => {
  const controller = new AbortController();
  const run = validated(() => {
    setImmediate(() => controller.abort('late'));
    return never;
  }, controller.signal);
  const error = await run.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(GenerationCancelledError);
  expect((error as Error).cause).toBe('late');
});

test('one that throws aborts its peers, also those that hang', async () => {
  let aborted = false;
  class Waiting extends Requirement {
    override validate(
      _backend: unknown,
      _ctx: unknown,
      { signal }: { signal?: AbortSignal | undefined } = {},
    ) {
      signal?.addEventListener('abort', () => {
        aborted = true;
      });
      return never;
    }
  }
  const thrown = new Error('first');
  const requirements = [
    new Waiting('wait'),
    req('throw', async () => {
      throw thrown;
    }),
  ];
  await expect(validateAll(requirements, ctx.add(req('x')), backend())).rejects.toBe(thrown);
  expect(aborted).toBe(true);
});

test('a judge that hangs is cancelled on the wire', async () => {
  const judge = new ScriptedBackend([{ deltas: ['out'] }, { hangs: true }]);
  const controller = new AbortController();
  recordHooks('validation', {
    validation_pre_check: (payload) => {
      setImmediate(() => controller.abort());
      return payload;
    },
  });
  const options = { requirements: [req('be kind')], signal: controller.signal };
  const run = new RejectionSamplingStrategy().sample('?', ctx, judge, options);
  await expect(run).rejects.toBeInstanceOf(GenerationCancelledError);
  expect(judge.calls).toHaveLength(2);
  expect(judge.calls[1]?.signal.aborted).toBe(true);
});

test('a reason that is no text is told as one', async () => {
  const writer = backend();
  const odd = new ValidationResult(false, { reason: { toString: () => 'an odd reason' } as never });
  const result = await new RepairTemplateStrategy().sample(new Instruction('Write.'), ctx, writer, {
    requirements: [req('odd', () => odd)],
  });
  expect(result.success).toBe(false);
  expect(writer.calls[1]?.prompt).toContain('- odd: an odd reason');
});

describe('validateAll', () => {
  const say = (word: string, holds: boolean): Requirement => req(word, () => holds);

  test('gives each requirement its verdict, in order; texts are judged', async () => {
    const judge = new ScriptedBackend([{ deltas: ['yes'] }]);
    const out = await new RejectionSamplingStrategy().sample('?', ctx, backend());
    const late = req('late', () => new Promise((resolve) => setImmediate(() => resolve(false))));
    const verdicts = await validateAll([late, 'be kind', say('now', true)], out.resultCtx, judge);
    expect(verdicts.map(([{ description }, verdict]) => [description, verdict.asBool()])).toEqual([
      ['late', false],
      ['be kind', true],
      ['now', true],
    ]);
  });

  test('is told of before and after, once for all; plugins may change both', async () => {
    const extra = say('extra', false);
    const hooks = recordHooks('validation', {
      validation_pre_check: (payload) => ({ ...payload, requirements: [...payload.requirements, extra] }),
      validation_post_check: (payload) => ({
        ...payload,
        results: payload.results.map(() => new ValidationResult(true)),
        allValidationsPassed: true,
      }),
    });
    const given = say('given', true);
    const verdicts = await validateAll([given], ctx, backend(), { modelOptions: { temperature: 0 } });
    expect(verdicts.map(([requirement]) => requirement)).toEqual([given, extra]);
    expect(verdicts.every(([, verdict]) => verdict.asBool())).toBe(true);
    expect(hooks.map(({ type }) => type)).toEqual(['validation_pre_check', 'validation_post_check']);
    expect(hooks[0]?.payload).toMatchObject({ requirements: [given], modelOptions: { temperature: 0 } });
    expect(hooks[1]?.payload).toMatchObject({ allValidationsPassed: false, passedCount: 1, failedCount: 1 });
  });

  test('a plugin’s word counts in a run', async () => {
    recordHooks('validation', {
      validation_post_check: (payload) => ({ ...payload, allValidationsPassed: true }),
    });
    const result = await new RejectionSamplingStrategy().sample('?', ctx, backend(), {
      requirements: [say('no', false)],
    });
    expect([result.success, result.sampleGenerations.length]).toEqual([true, 1]);
  });

  test('a plugin that loses results is told so', async () => {
    recordHooks('validation', { validation_post_check: (payload) => ({ ...payload, results: [] }) });
    await expect(validateAll([say('x', true)], ctx, backend())).rejects.toThrow('0 validation results for 1');
  });

  test('nothing to check is nothing to tell of', async () => {
    const hooks = recordHooks('validation');
    expect(await validateAll([], ctx, backend())).toEqual([]);
    expect(hooks).toEqual([]);
  });
});
