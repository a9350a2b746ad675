import { type JsonTool, setLogger } from '@melliflow/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ToolArgumentsError } from '../src/tools/tool-arguments-error.js';
import { validateToolArguments } from '../src/tools/validate-tool-arguments.js';
import { readGolden } from './golden.js';

type Mode = 'coerce' | 'coerce_strict' | 'exact' | 'exact_strict';

interface Outcome {
  readonly returned?: Record<string, unknown>;
  readonly returned_unchanged?: boolean;
  readonly validation_error?: readonly { readonly loc: readonly (string | number)[] }[];
  readonly log?: readonly unknown[];
}

interface Case {
  readonly id: string;
  readonly schema: Partial<JsonTool>;
  readonly args: Record<string, unknown>;
  readonly expect: Readonly<Record<Mode, Outcome>>;
}

const { cases } = readGolden<{ cases: Case[] }>('tools');

/** What ours does otherwise, and by what. In all of them the schema is taken at its word. */
const departures: Readonly<Record<string, string>> = {
  default: 'defaults of the schema are applied (golden README 9)',
  minimum: 'bounds are checked (golden README 9)',
  'nested-0': 'absent ones stay absent, settings hold at every depth (golden README 9)',
  'nested-1': 'absent ones stay absent (golden README 9)',
  'nested-5': 'absent ones stay absent (golden README 9)',
  'nested-6': 'settings hold at every depth: 5 is text where text is wanted, as at the top',
  'nested-same-fields': 'settings hold at every depth: exact is exact',
  'anyof-object': 'settings hold at every depth: exact is exact',
  'array-of-object': 'settings hold at every depth: exact is exact',
  'array-2': 'an array without items holds anything (JSON Schema)',
  'array-3': 'an array without items holds anything (JSON Schema)',
  'array-6': 'JSON text of an array is one',
  'object-5': 'JSON text of an object is one',
  'integer-3': 'JavaScript cannot tell 1.0 from 1',
  'null-1': 'null means null (JSON Schema)',
  oneof: 'oneOf is read (JSON Schema)',
  allof: 'allOf is read (JSON Schema)',
  const: 'const is read (JSON Schema)',
  'param-_private': 'an argument may have any name',
  'param-model_config': 'an argument may have any name',
  'required-not-in-properties': 'what is required is required (JSON Schema)',
};

/** What ours gives in the cases that depart, mode by mode: a value, or the paths of the issues. */
const ours: Readonly<Record<string, Readonly<Record<Mode, unknown>>>> = {
  default: all({ x: 7 }),
  minimum: { coerce: { x: 1 }, coerce_strict: ['x'], exact: { x: 1 }, exact_strict: ['x'] },
  'nested-0': {
    coerce: { x: { city: 'B', zip: 2134 } },
    coerce_strict: { x: { city: 'B', zip: 2134 } },
    exact: { x: { city: 'B', zip: '02134' } },
    exact_strict: ['x.zip'],
  },
  'nested-1': all({ x: { city: 'B' } }),
  'nested-5': {
    coerce: { x: { city: 'B', extra: 1 } },
    coerce_strict: ['x.extra'],
    exact: { x: { city: 'B', extra: 1 } },
    exact_strict: ['x.extra'],
  },
  'nested-6': coercedOrNot({ x: { city: '5' } }, { x: { city: 5 } }, ['x.city']),
  'nested-same-fields': coercedOrNot({ p: { a: 1 }, q: { a: '1' } }, { p: { a: '1' }, q: { a: '1' } }, [
    'p.a',
  ]),
  'anyof-object': coercedOrNot({ x: { a: 1 } }, { x: { a: '1' } }, ['x.a']),
  'array-of-object': {
    coerce: { x: [{ a: 1 }, { a: 2, b: 3 }] },
    coerce_strict: ['x[1].b'],
    exact: { x: [{ a: '1' }, { a: 2, b: 3 }] },
    exact_strict: ['x[0].a', 'x[1].b'],
  },
  'array-2': all({ x: [1] }),
  'array-3': all({ x: ['a', 1, null] }),
  'array-6': coercedOrNot({ x: ['a'] }, { x: '["a"]' }, ['x']),
  'object-5': coercedOrNot({ x: { a: 1 } }, { x: '{"a":1}' }, ['x']),
  'integer-3': all({ x: 1 }),
  'null-1': { coerce: { x: 1 }, coerce_strict: ['x'], exact: { x: 1 }, exact_strict: ['x'] },
  oneof: all({ x: 5 }),
  allof: all({ x: 5 }),
  const: all({ x: 5 }),
  'param-_private': all({ _private: 'v' }),
  'param-model_config': all({ model_config: 'v' }),
  'required-not-in-properties': {
    coerce: { x: 'a' },
    coerce_strict: ['y'],
    exact: { x: 'a' },
    exact_strict: ['y'],
  },
};

function all(value: unknown): Record<Mode, unknown> {
  return { coerce: value, coerce_strict: value, exact: value, exact_strict: value };
}

function coercedOrNot(coerced: unknown, left: unknown, paths: readonly string[]): Record<Mode, unknown> {
  return { coerce: coerced, coerce_strict: coerced, exact: left, exact_strict: paths };
}

const modes: Readonly<Record<Mode, { coerce: boolean; strict: boolean }>> = {
  coerce: { coerce: true, strict: false },
  coerce_strict: { coerce: true, strict: true },
  exact: { coerce: false, strict: false },
  exact_strict: { coerce: false, strict: true },
};

let warnings = 0;
beforeEach(() => {
  warnings = 0;
  const count = (): void => {
    warnings += 1;
  };
  setLogger({ debug: () => undefined, info: () => undefined, warn: count, error: count });
});
afterEach(() => setLogger(null));

/** The value, or the paths of the issues that were thrown. */
function outcome({ schema, args }: Case, mode: Mode): unknown {
  try {
    return validateToolArguments({ asJsonTool: schema as JsonTool }, args, modes[mode]);
  } catch (error) {
    if (ToolArgumentsError.is(error)) return error.issues.map(({ path }) => path);
    throw error;
  }
}

/** The traces name the branches of unions in the path; ours name the place alone. */
function pathsOf(errors: NonNullable<Outcome['validation_error']>): string[] {
  const keys = errors.map(({ loc }) =>
    loc.filter((step) => !/^(int|str|constrained-str|list\[)/.test(String(step))),
  );
  const paths = keys.map((loc) => loc.reduce<string>((path, key) => joined(path, key), ''));
  return [...new Set(paths)];
}

function joined(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

function revived(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, inner) =>
    typeof inner?.$float === 'string' ? Number(inner.$float.replace('inf', 'Infinity')) : inner,
  );
}

const kept = cases.filter(({ id }) => !(id in departures));

describe('arguments are made to fit as in the reference', () => {
  test('most cases are the same', () => {
    expect(cases).toHaveLength(112);
    expect(kept.length).toBe(cases.length - Object.keys(departures).length);
  });

  describe.each(kept)('$id', (golden) => {
    test.each(Object.keys(modes) as Mode[])('%s', (mode) => {
      const { returned, validation_error, log } = golden.expect[mode];
      const got = outcome(golden, mode);
      // Of a union the trace names every branch; ours names the nearest one.
      if (validation_error) {
        const traced = pathsOf(validation_error);
        expect(traced).toEqual(expect.arrayContaining(got as string[]));
        expect(got).toHaveLength(golden.id === 'anyof-array-int' ? 1 : traced.length);
      } else {
        expect(got).toEqual(returned ? revived(returned) : golden.args);
        expect(warnings).toBe(log ? 1 : 0);
      }
    });
  });
});

describe('and where ours departs', () => {
  test.each(Object.entries(departures))('%s: %s', (id) => {
    const golden = cases.find((one) => one.id === id) as Case;
    const got = Object.fromEntries(
      (Object.keys(modes) as Mode[]).map((mode) => [mode, outcome(golden, mode)]),
    );
    expect(got).toEqual(ours[id]);
  });
});
