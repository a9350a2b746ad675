import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  CBlock,
  type Context,
  ModelOutputThunk,
  PartialValidationResult,
  Requirement,
  type RequirementCheck,
  ValidationResult,
} from '../src/index.js';
import { events, FunctionBackend, failureOf, PlainContext } from './support/doubles.js';

interface Case {
  id: string;
  judge_says: string;
  result?: boolean;
  reason?: string;
  raised?: unknown;
}
const golden = JSON.parse(readFileSync(new URL('golden/misc.json', import.meta.url), 'utf8')) as {
  requirement_validate: Case[];
};

describe('golden: validate', () => {
  const contexts: Record<string, Context> = {
    'no-output': new PlainContext().add(new CBlock('in')),
    'empty-output': new PlainContext().add(new CBlock('in')).add(new ModelOutputThunk('')),
  };
  const requirements: Record<string, Requirement> = {
    fn: new Requirement('be good', { validationFn: () => new ValidationResult(true, { reason: 'fn says' }) }),
    'custom-bool': new Requirement('be good', { outputToBool: (x) => String(x).includes('9') }),
  };
  // `custom-bool-none` has no counterpart: outputToBool cannot be null here (5), its default is the yes/no reading.
  for (const given of golden.requirement_validate.filter((one) => one.id !== 'custom-bool-none')) {
    it(given.id, async () => {
      const ctx =
        contexts[given.id] ?? new PlainContext().add(new CBlock('in')).add(new ModelOutputThunk('o'));
      const backend = new FunctionBackend(() => events(given.judge_says));
      const requirement = requirements[given.id] ?? new Requirement('be good');
      const verdict = requirement.validate(backend, ctx, { modelOptions: { temperature: 0 } });
      if (given.raised) {
        expect((await failureOf(verdict)).message).toContain('no output to validate');
        return;
      }
      const { reason, thunk, context } = await verdict;
      expect([(await verdict).asBool(), reason]).toEqual([given.result, given.reason]);
      const asked = given.id !== 'fn';
      expect([thunk?.value ?? null, context !== null]).toEqual([asked ? given.judge_says : null, asked]);
      if (asked) expect(backend.calls[0]?.modelOptions).toEqual({ temperature: 0 });
    });
  }
});

describe('requirements', () => {
  it('a validation function may give a boolean or a verdict, now or later, and nothing else', async () => {
    const ctx = new PlainContext().add(new ModelOutputThunk('o'));
    const check = (validationFn: () => unknown): Promise<ValidationResult> =>
      new Requirement(null, { validationFn: validationFn as () => boolean }).validate(
        new FunctionBackend(),
        ctx,
      );
    expect((await check(() => true)).asBool()).toBe(true);
    expect((await check(async () => new ValidationResult(false, { reason: 'why', score: 0.1 }))).reason).toBe(
      'why',
    );
    expect((await failureOf(check(() => 'yes'))).message).toMatch(
      /must give a boolean or a ValidationResult, got string "yes"/,
    );
  });

  it('the judge sees the output and the requirement as data', async () => {
    const backend = new FunctionBackend(() => events('Yes.'));
    const ctx = new PlainContext().add(new ModelOutputThunk('{{ evil }}'));
    expect((await new Requirement('be kind').validate(backend, ctx)).asBool()).toBe(true);
    const [call] = backend.calls;
    const shown = (call?.action as RequirementCheck | undefined)?.formatForLlm();
    expect(shown?.args).toEqual({ output: '{{ evil }}', requirement: 'be kind' });
    expect(shown?.template).not.toContain('evil');
    expect((await failureOf(new Requirement().validate(backend, ctx))).message).toContain(
      'needs a description',
    );
  });

  it('without streamValidate of its own a chunk is unknown', async () => {
    const io = {
      backend: new FunctionBackend(),
      ctx: new PlainContext(),
      signal: new AbortController().signal,
    };
    expect((await new Requirement('x').streamValidate('chunk', io)).success).toBe('unknown');
  });

  it('one that only checks chunks, without a description, has nothing left to check at the end', async () => {
    class ChunksOnly extends Requirement {
      override streamValidate(): PartialValidationResult {
        return new PartialValidationResult('pass');
      }
    }
    const backend = new FunctionBackend(() => events('no'));
    const ctx = new PlainContext().add(new ModelOutputThunk('o'));
    expect((await new ChunksOnly().validate(backend, ctx)).asBool()).toBe(true);
    expect(backend.calls).toHaveLength(0);
    expect((await new ChunksOnly('be kind').validate(backend, ctx)).asBool()).toBe(false);
  });

  it('clone copies containers one level deep and nothing else', () => {
    class Counting extends Requirement {
      list = [1];
      map = new Map([[1, 1]]);
      set = new Set([1]);
      plain = { n: 1, deep: { n: 1 } };
      date = new Date(0);
    }
    const original = new Counting('x');
    const copy = original.clone();
    expect(copy instanceof Counting && copy.description === 'x').toBe(true);
    copy.list.push(2);
    copy.map.set(2, 2);
    copy.set.add(2);
    copy.plain.n = 2;
    expect([original.list, original.map.size, original.set.size, original.plain.n]).toEqual([[1], 1, 1, 1]);
    expect([copy.plain.deep === original.plain.deep, copy.date === original.date]).toEqual([true, true]);
  });
});
