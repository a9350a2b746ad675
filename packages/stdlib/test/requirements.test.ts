import { CBlock, ModelOutputThunk, Requirement, setLogger, type ValidationResult } from '@melliflow/core';
import { afterEach, describe, expect, test } from 'vitest';
import { ChatContext } from '../src/contexts/chat-context.js';
import { check } from '../src/requirements/check.js';
import { req } from '../src/requirements/req.js';
import { reqify } from '../src/requirements/reqify.js';
import { type SimpleVerdict, simpleValidate } from '../src/requirements/simple-validate.js';
import { readGolden } from './golden.js';

interface SimpleCase {
  readonly id: string;
  readonly reason_arg: string | null;
  readonly result?: boolean;
  readonly reason?: string | null;
  readonly raised?: { readonly type: string };
  readonly log?: readonly unknown[];
}

interface ReqifyCase {
  readonly id: string;
  readonly description?: string;
  readonly check_only?: boolean;
}

const golden = readGolden<{ simple_validate: SimpleCase[]; reqify: ReqifyCase[] }>('components');
const warnings: string[] = [];
const said = new ChatContext().add(new CBlock('ask')).add(new ModelOutputThunk('out'));

afterEach(() => {
  setLogger(null);
  warnings.length = 0;
});

function listen(): void {
  const ignore = (): void => undefined;
  setLogger({ debug: ignore, info: ignore, warn: (message) => warnings.push(message), error: ignore });
}

describe('simpleValidate does what the reference did', () => {
  const mishap = new RangeError('division by zero');
  const verdicts: Readonly<Record<string, () => unknown>> = {
    'tuple-true': () => [true, 'ok'],
    none: () => null,
    'tuple-3': () => [true, 'a', 'b'],
    'tuple-wrong': () => ['a', true],
    raises: () => {
      throw mishap;
    },
  };
  const after = (...blocks: string[]): ChatContext =>
    blocks.reduce((ctx, text) => ctx.add(new CBlock(text)), said);
  const contexts: Readonly<Record<string, ChatContext>> = {
    'no-output': new ChatContext().add(new CBlock('ask')),
    'output-4-back': after('a', 'b', 'c'),
    'empty-ctx': new ChatContext(),
  };

  // The reference refuses lists because it wants tuples; here a pair is an array.
  test.each(golden.simple_validate.filter(({ id }) => id !== 'list'))('$id, reason $reason_arg', (traced) => {
    listen();
    const verdict = (verdicts[traced.id] ?? (() => true)) as () => SimpleVerdict;
    const validate = simpleValidate(verdict, { reason: traced.reason_arg ?? undefined });
    const run = (): ValidationResult => validate(contexts[traced.id] ?? said);
    if (traced.raised) {
      expect(run).toThrow(traced.id === 'raises' ? mishap : TypeError);
    } else {
      const result = run();
      expect([result.asBool(), result.reason]).toEqual([traced.result, traced.reason]);
    }
    expect(warnings).toHaveLength(traced.log?.length ?? 0);
  });

  test('a boolean takes the reason that was given for all', () => {
    const validate = simpleValidate((text) => text === 'out', { reason: 'it must be out' });
    expect(validate(said)).toMatchObject({ reason: 'it must be out' });
    expect(validate(said).asBool()).toBe(true);
    expect(validate(said.add(new ModelOutputThunk('in'))).asBool()).toBe(false);
  });

  test('it reads the text, whatever was parsed from it', () => {
    const seen: string[] = [];
    const ctx = new ChatContext().add(
      new ModelOutputThunk('{"a":1}', { parsedRepr: { a: 1 } }) as ModelOutputThunk<never>,
    );
    simpleValidate((text) => seen.push(text) > 0)(ctx);
    expect(seen).toEqual(['{"a":1}']);
  });

  test('an output that is not computed does not hold, with a warning; other results are refused', () => {
    listen();
    expect(simpleValidate(() => true)(said.add(new ModelOutputThunk(null))).asBool()).toBe(false);
    expect(warnings).toEqual([
      'simpleValidate: the context has no computed output to check, so the check fails.',
    ]);
    const late = (async () => true) as unknown as () => boolean;
    expect(() => simpleValidate(late)(said)).toThrow(
      new TypeError(
        'The check of simpleValidate must give a boolean or [boolean, reason], got an object of class Promise.',
      ),
    );
  });
});

describe('reqify does what the reference did', () => {
  const given: Readonly<Record<string, () => unknown>> = {
    req: () => new Requirement('d'),
    cblock: () => new CBlock('x'),
    none: () => null,
    'req()': () => req('d'),
  };

  test.each(golden.reqify)('$id', ({ id, description, check_only }) => {
    const value = given[id]?.();
    if (description === undefined) {
      expect(() => reqify(value as string)).toThrow(/^A requirement must be text or a Requirement, got /);
      expect(() => reqify(value as string)).toThrow(TypeError);
      return;
    }
    const requirement = reqify(value as Requirement);
    expect(requirement).toBe(value);
    expect(requirement).toMatchObject({ description, checkOnly: check_only });
  });

  test('text becomes a requirement that is shown', () => {
    expect(reqify('be short')).toMatchObject({
      description: 'be short',
      checkOnly: false,
      validationFn: null,
    });
  });
});

test('req is shown, check is not, and both take a validation function', async () => {
  const isOut = simpleValidate((text) => text === 'out');
  const backend = null as never;
  expect(req('be out', isOut)).toMatchObject({
    description: 'be out',
    checkOnly: false,
    validationFn: isOut,
  });
  expect(check('be out')).toMatchObject({ description: 'be out', checkOnly: true, validationFn: null });
  expect((await check(null, isOut).validate(backend, said)).asBool()).toBe(true);
  expect((await req('be out', isOut).validate(backend, said.add(new ModelOutputThunk('in')))).asBool()).toBe(
    false,
  );
});
