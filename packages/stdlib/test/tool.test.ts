import { ModelToolCall } from '@melliflow/core';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { tool } from '../src/tools/tool.js';
import { ToolArgumentsError } from '../src/tools/tool-arguments-error.js';
import { validateToolArguments } from '../src/tools/validate-tool-arguments.js';

const parameters = {
  type: 'object',
  properties: {
    city: { type: 'string', minLength: 2, pattern: '^[A-Z]' },
    days: { type: 'integer', minimum: 1, maximum: 7, default: 3 },
    unit: { enum: ['celsius', 'fahrenheit'] },
    level: { enum: [1, 2] },
    at: { type: ['number', 'null'] },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 2, uniqueItems: true },
    place: { $ref: '#/$defs/Place' },
  },
  required: ['city'],
  $defs: {
    Place: {
      type: 'object',
      properties: { lat: { type: 'number', exclusiveMinimum: -90 }, inside: { $ref: '#/$defs/Place' } },
      required: ['lat'],
      additionalProperties: false,
    },
  },
};
const echo = tool({ name: 'echo', description: 'Says it back.', parameters, execute: (args) => args });

const issuesOf = async (args: Record<string, unknown>): Promise<string[]> => {
  const error: unknown = await echo.run(args).catch((thrown: unknown) => thrown);
  if (!ToolArgumentsError.is(error)) throw new Error(`It passed: ${JSON.stringify(error)}`);
  return error.issues.map(({ path, wanted, got }) => `${path}: wanted ${wanted}, got ${got}`);
};

describe('a tool', () => {
  test('is described as providers take it', () => {
    expect(echo.asJsonTool).toEqual({
      type: 'function',
      function: { name: 'echo', description: 'Says it back.', parameters },
    });
    const described = tool({
      name: 't',
      parameters: z.object({ a: z.number().default(2) }),
      execute: () => 1,
    });
    expect(described.asJsonTool.function).toEqual({
      name: 't',
      parameters: { type: 'object', properties: { a: { type: 'number', default: 2 } } },
    });
  });

  test('gets its arguments made to fit, with defaults, at every depth', async () => {
    const given = {
      city: 'Rome',
      days: '5',
      at: '1.5',
      level: '2',
      tags: '["a"]',
      place: { lat: '4', inside: { lat: 1 } },
    };
    expect(await echo.run(given)).toEqual({
      city: 'Rome',
      days: 5,
      level: 2,
      at: 1.5,
      tags: ['a'],
      place: { lat: 4, inside: { lat: 1 } },
    });
    expect(await echo.run({ city: 'Rome' })).toEqual({ city: 'Rome', days: 3 });
  });

  test.each([
    ['a type behind a reference', { $ref: '#/$defs/count' }],
    ['a branch of it', { anyOf: [{ type: 'string' }, { $ref: '#/$defs/count' }] }],
    ['all parts', { allOf: [{ $ref: '#/$defs/count' }, { description: 'how many' }] }],
    ['no word about it', { description: 'anything' }],
  ])('null is a value where %s takes it', async (_, property) => {
    const parameters = {
      type: 'object',
      properties: { count: property },
      $defs: { count: { type: ['integer', 'null'] } },
    };
    const seen: unknown[] = [];
    await tool({ name: 'note', parameters, execute: (args) => void seen.push(args) }).run({ count: null });
    expect(seen).toEqual([{ count: null }]);
  });

  test('null stands for an optional argument that is left out, and is a value where the schema takes it', async () => {
    expect(await echo.run({ city: 'Rome', days: null, tags: null, at: null })).toEqual({
      city: 'Rome',
      days: 3,
      at: null,
    });
    expect(await issuesOf({ city: null })).toEqual(['city: wanted text, got null']);
  });

  test('texts are left as they are', async () => {
    expect(await echo.run({ city: 'Rome  \n' })).toMatchObject({ city: 'Rome  \n' });
  });

  test('the arguments that it was given are left alone', async () => {
    const given = Object.freeze({ city: 'Rome', place: Object.freeze({ lat: '1' }) });
    await echo.run(given);
    expect(given.place.lat).toBe('1');
  });

  test('every issue is told with its place, what is wanted and what is there', async () => {
    expect(
      await issuesOf({
        city: 'r',
        days: '9',
        unit: 'kelvin',
        at: 'soon',
        tags: ['a', 'a', {}],
        place: { lat: -90, high: 1 },
      }),
    ).toEqual([
      'city: wanted at least 2 characters, got "r"',
      'city: wanted text that fits /^[A-Z]/, got "r"',
      'days: wanted at most 7, got 9',
      'unit: wanted one of "celsius", "fahrenheit", got "kelvin"',
      'at: wanted a number or null, got "soon"',
      'tags: wanted at most 2 items, got an array',
      'tags: wanted different items, got an array',
      'tags[2]: wanted text, got an object',
      'place.lat: wanted more than -90, got -90',
      'place.high: wanted nothing, got 1',
    ]);
    expect(await issuesOf({})).toEqual(['city: wanted text, got nothing']);
    expect(await issuesOf([] as never)).toEqual([': wanted an object, got an array']);
  });

  test('the message of the error lists the issues', async () => {
    await expect(echo.run({ days: 0 })).rejects.toThrow(
      'The arguments of "echo" do not fit:\n- city: wanted text, got nothing\n- days: wanted at least 1, got 0',
    );
    await expect(echo.run({})).rejects.toMatchObject({ code: 'tool_arguments', toolName: 'echo' });
  });

  test('what a library checks beyond JSON Schema is checked too, and its own values are used', async () => {
    const even = tool({
      name: 'even',
      parameters: z.object({
        n: z.number().refine((n) => n % 2 === 0, 'must be even'),
        at: z.string().transform(Number),
      }),
      execute: ({ n, at }) => [n, at],
    });
    expect(await even.run({ n: 2, at: '7' })).toEqual([2, 7]);
    await expect(even.run({ n: 3, at: '7' })).rejects.toThrow(
      '- n: wanted another value (must be even), got 3',
    );
  });

  test('a call runs it with made arguments; alone it gets a signal that does not abort', async () => {
    const execute = vi.fn(({ n }: { n: number }, io: { signal: AbortSignal; call: unknown }) => [
      n,
      io.call,
      io.signal.aborted,
    ]);
    const t = tool({ name: 't', parameters: z.object({ n: z.number() }), execute });
    expect(await new ModelToolCall({ name: 't', func: t, args: { n: '4' } }).callFunc()).toEqual([
      4,
      null,
      false,
    ]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      'a name that providers refuse',
      { name: 'my tool!' },
      'The name of a tool must be 1 to 64 letters, digits',
    ],
    ['no function', { execute: 7 }, 'execute of the tool "t" must be a function, got number 7.'],
    [
      'no schema',
      { parameters: 'x' },
      'The parameters of the tool "t" must be a schema of zod, ArkType or Valibot',
    ],
    [
      'a schema of a text',
      { parameters: { type: 'string' } },
      'must describe an object, whose properties are the arguments; got the type "string"',
    ],
    [
      'a schema that gives no JSON Schema',
      { parameters: { '~standard': { version: 1, vendor: 'old', validate: () => ({ value: 1 }) } } },
      'cannot be described to a model: this old schema gives no JSON Schema',
    ],
  ])('refuses %s', (_, init, message) => {
    const make = (): unknown => tool({ name: 't', parameters: {}, execute: () => 1, ...init } as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});

describe('validateToolArguments', () => {
  test.each([null, undefined, 'add', {}])('refuses %j as a tool', (none) => {
    expect(() => validateToolArguments(none as never, {})).toThrow(
      'tool must be a tool, made by tool(), got',
    );
  });

  test('what does not fit is left, the rest is made to fit (golden README 9)', () => {
    expect(validateToolArguments(echo, { city: 'Rome', days: 'many', at: '2' })).toEqual({
      city: 'Rome',
      days: 'many',
      at: 2,
    });
    expect(() => validateToolArguments(echo, { city: 'Rome', more: 1 }, { strict: true })).toThrow(
      '- more: wanted nothing, got 1',
    );
  });

  test('of alternatives the one that fits as it is wins', () => {
    const union = {
      properties: {
        x: {
          anyOf: [{ type: 'integer' }, { type: 'string' }, { type: 'array', items: { type: 'integer' } }],
        },
      },
    };
    const t = tool({ name: 't', parameters: union, execute: () => 1 });
    const x = (value: unknown): unknown => validateToolArguments(t, { x: value }).x;
    expect([x('5'), x(5), x(['5']), x(true)]).toEqual(['5', 5, [5], 1]);
    expect(() => validateToolArguments(t, { x: {} }, { strict: true })).toThrow(
      '- x: wanted an integer or text or an array, got an object',
    );
  });

  test('a schema that contains itself, and alternatives within alternatives, end', () => {
    const node = {
      anyOf: [
        { type: 'array', items: { $ref: '#/$defs/n' } },
        { type: 'array', items: { $ref: '#/$defs/n' } },
      ],
    };
    const t = tool({
      name: 't',
      parameters: {
        properties: { x: { $ref: '#/$defs/n' }, y: { $ref: '#/$defs/y' } },
        $defs: { n: node, y: { $ref: '#/$defs/y' } },
      },
      execute: () => 1,
    });
    let x: unknown = 7;
    for (let i = 0; i < 60; i += 1) x = [x];
    expect(() => validateToolArguments(t, { x }, { strict: true })).toThrow(ToolArgumentsError);
    expect(() => validateToolArguments(t, { y: 1 }, { strict: true })).toThrow('wanted a simpler value');
  });
});
