import { AbstractTool, type JsonTool } from '@melliflow/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findToolCalls } from '../src/tools/find-tool-calls.js';
import { jsonObjectsIn } from '../src/tools/json-objects.js';
import { readGolden } from './golden.js';

interface Found {
  readonly in: string;
  readonly tools: readonly [string, unknown, unknown][];
}

interface Read {
  readonly in: unknown;
  readonly name: unknown;
  readonly args: unknown;
}

class Named extends AbstractTool {
  readonly name: string;
  readonly asJsonTool: JsonTool;

  constructor(name: string) {
    super();
    this.name = name;
    this.asJsonTool = { type: 'function', function: { name, parameters: {} } };
  }

  run(): null {
    return null;
  }
}

const { find_func, parse_tools } = readGolden<{ find_func: Read[]; parse_tools: Found[] }>('tools');
const tools = ['f', 'g', '', 'inner', 'f\u2028g'].map((name) => new Named(name));
const found = (text: string): unknown[] => findToolCalls(text, tools).map(({ name, args }) => [name, args]);

/** The reference folds every space in the text into one before it reads it; ours leaves the arguments as they are. */
const foldedSpaces: Readonly<Record<string, unknown>> = {
  'two  spaces': [['f', { s: 'two  spaces\tand tab' }]],
  'real\nnewline': [['f', { s: 'real\nnewline' }]],
  '\u00a0\u2003': [['f', { s: 'a\u00a0\u2003b' }]],
  'f\u2028g': [['f\u2028g', {}]],
};

describe('calls are found in a text as in the reference', () => {
  test.each(parse_tools)('$in', (golden) => {
    const [, ours] = Object.entries(foldedSpaces).find(([mark]) => golden.in.includes(mark)) ?? [];
    const traced = golden.tools.map(([name, args]) => [name, finite(args)]);
    expect(found(golden.in)).toEqual(ours ?? traced);
  });

  test.each(find_func.filter(({ in: object }) => JSON.stringify(object)?.startsWith('{')))(
    '$in',
    (golden) => {
      const { name, args } = golden;
      // A name that is no text is no name.
      expect(found(JSON.stringify(golden.in))).toEqual(typeof name === 'string' ? [[name, args]] : []);
    },
  );
});

/** What the trace wrote for a number that is not finite. */
function finite(args: unknown): unknown {
  return JSON.parse(JSON.stringify(args), (_, value) =>
    value?.$float === 'inf' ? Number.POSITIVE_INFINITY : value,
  );
}

test('every call has an id of its own, and its tool', () => {
  const text = 'First {"name": "f", "arguments": {"n": 1}}, then {"name": "f", "arguments": {"n": 2}}.';
  const calls = findToolCalls(text, tools);
  expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  expect(calls.map(({ func }) => func)).toEqual([tools[0], tools[0]]);
});

test('other JSON in the answer is left alone, also a call of no known tool', () => {
  expect(found('{"name": "rm", "arguments": {}} {"name": "Ann", "age": 3}')).toEqual([]);
});

test('keys that would change an object stay data', () => {
  const text =
    '{"name": "f", "arguments": {"__proto__": {"polluted": true}, "constructor": {"prototype": {"p": 1}}}}';
  const [call] = findToolCalls(text, tools);
  expect(Object.keys(call?.args ?? {})).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(call?.args)).toBe(Object.prototype);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

describe('JSON objects in a text', () => {
  const noise = fc.string().map((text) => text.replace(/[{}"]/g, ''));

  test('are found whole between anything else', () => {
    const objects = fc.array(fc.tuple(noise, fc.dictionary(fc.string(), fc.jsonValue())));
    fc.assert(
      fc.property(objects, noise, fc.constantFrom(0, 1, '\t'), (parts, end, indent) => {
        const text =
          parts.map(([before, object]) => before + JSON.stringify(object, null, indent)).join('') + end;
        const expected = parts.map(([, object]) => JSON.parse(JSON.stringify(object)));
        expect(jsonObjectsIn(text)).toEqual(expected);
      }),
    );
  });

  test('a text that is cut off or broken gives what is whole in it, and never an error', () => {
    expect(jsonObjectsIn('{"calls": [{"a": 1}, {"b": ')).toEqual([{ a: 1 }]);
    expect(jsonObjectsIn('{"oops {"a": 1}')).toEqual([{ a: 1 }]);
    expect(jsonObjectsIn('{"a": {"b": 1} x')).toEqual([{ b: 1 }]);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'{}[]",:\\ a1') }),
        (text) => void jsonObjectsIn(text),
      ),
    );
  });

  test('nesting without end is left alone', () => {
    expect(jsonObjectsIn('{"a":'.repeat(100_000))).toEqual([]);
    expect(jsonObjectsIn(`${'{"a":['.repeat(2_000)}{"b":1}`)).toEqual([{ b: 1 }]);
  });

  test('no character is read over and over, whatever the text', () => {
    for (const piece of ['{', '{"', '{"a":', '{"a":{}},', '"{\\"', '[{"a":[1,2,{"b":']) {
      const text = piece.repeat(20_000);
      let read = 0;
      const counting = new Proxy(Object(text) as object, {
        get(target, key) {
          if (typeof key === 'string' && /^\d+$/.test(key)) read += 1;
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? value.bind(text) : value;
        },
      });
      jsonObjectsIn(counting as unknown as string);
      expect(read).toBeLessThan(20 * text.length);
    }
  });
});
