import type { AbstractTool, ModelOptions } from '@melliflow/core';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { mify } from '../src/components/mify.js';
import { react } from '../src/tools/react.js';
import { tool } from '../src/tools/tool.js';

const libraries = {
  zod: z.object({ city: z.string(), days: z.number().optional() }),
  arktype: type({ city: 'string', 'days?': 'number' }),
  valibot: toStandardJsonSchema(v.object({ city: v.string(), days: v.optional(v.number()) })),
};

describe('arguments are typed by the schema', () => {
  test('of zod', async () => {
    const t = tool({
      name: 't',
      parameters: libraries.zod,
      execute: (args) => {
        expectTypeOf(args).toEqualTypeOf<{ city: string; days?: number | undefined }>();
        return args.city.length;
      },
    });
    expectTypeOf(t.run({ city: 'x' })).resolves.toEqualTypeOf<number>();
    expect(await t.run({ city: 'Rome' })).toBe(4);
    // @ts-expect-error: city is text
    await expect(t.run({ city: {} })).rejects.toThrow('city');
    // @ts-expect-error: city is needed
    await expect(t.run({})).rejects.toThrow('city');
  });

  test('of ArkType', async () => {
    const t = tool({
      name: 't',
      parameters: libraries.arktype,
      execute: async (args) => {
        expectTypeOf(args.city).toEqualTypeOf<string>();
        expectTypeOf(args.days).toEqualTypeOf<number | undefined>();
        // @ts-expect-error: there is no such argument
        return [args.city, args.town];
      },
    });
    expect(await t.run({ city: 'Rome' })).toEqual(['Rome', undefined]);
  });

  test('of Valibot', async () => {
    const t = tool({
      name: 't',
      parameters: libraries.valibot,
      execute: (args) => {
        expectTypeOf(args.city).toEqualTypeOf<string>();
        expectTypeOf(args.days).toEqualTypeOf<number | undefined>();
        // @ts-expect-error: there is no such argument
        return [args.city, args.town];
      },
    });
    expect(await t.run({ city: 'Rome' })).toEqual(['Rome', undefined]);
  });

  test('what a schema makes of an argument is what the tool gets; what it takes is what a program gives', async () => {
    const parameters = z.object({
      at: z.string().transform((text) => text.length),
      unit: z.string().default('C'),
    });
    const t = tool({
      name: 't',
      parameters,
      execute: (args) => {
        expectTypeOf(args).toEqualTypeOf<{ at: number; unit: string }>();
        return args;
      },
    });
    expect(await t.run({ at: 'four' })).toEqual({ at: 4, unit: 'C' });
  });

  test('plain JSON Schema leaves them unknown', async () => {
    const t = tool({
      name: 't',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
      execute: (args) => {
        expectTypeOf(args).toEqualTypeOf<Record<string, unknown>>();
        // @ts-expect-error: nobody knows that it is text
        return args.city.length;
      },
    });
    expect(await t.run({ city: 'Rome' })).toBe(4);
  });
});

test('every tool goes where tools go', () => {
  const made = Object.values(libraries).map((parameters, i) =>
    tool({ name: `t${i}`, parameters: parameters as typeof libraries.zod, execute: () => i }),
  );
  const own = tool({ name: 'own', parameters: libraries.arktype, execute: () => null });
  const options: ModelOptions = { tools: [...made, own] };
  const byName: Record<string, AbstractTool<never>> = { own };
  expect([options.tools, byName.own]).toEqual([[...made, own], own]);
});

test('wrong use of a tool does not compile', () => {
  // @ts-expect-error: a tool needs parameters
  expect(() => tool({ name: 't', execute: () => 1 })).toThrow(TypeError);
  // @ts-expect-error: a tool needs something to do
  expect(() => tool({ name: 't', parameters: libraries.zod })).toThrow(TypeError);
  // @ts-expect-error: its arguments are those of the schema
  expect(tool({ name: 't', parameters: libraries.zod, execute: (args: { town: string }) => args }).name).toBe(
    't',
  );
});

test('a final answer is typed by its schema', () => {
  const inferred = (): unknown => {
    const zod = react({ goal: 'g', tools: [], finalAnswer: libraries.zod });
    const ark = react({ goal: 'g', tools: [], finalAnswer: libraries.arktype });
    const valibot = react({ goal: 'g', tools: [], finalAnswer: libraries.valibot });
    const text = react({ goal: 'g', tools: [] });
    expectTypeOf(zod)
      .resolves.toHaveProperty('answer')
      .toEqualTypeOf<{ city: string; days?: number | undefined }>();
    expectTypeOf(ark).resolves.toHaveProperty('answer').toHaveProperty('city').toEqualTypeOf<string>();
    expectTypeOf(valibot).resolves.toHaveProperty('answer').toHaveProperty('city').toEqualTypeOf<string>();
    expectTypeOf(text).resolves.toHaveProperty('answer').toEqualTypeOf<string>();
    return [zod, ark, valibot, text];
  };
  expect(inferred).toBeTypeOf('function');
});

test('mify takes fields and methods that there are', () => {
  class Counter {
    total = 1;
    add(by: number): void {
      this.total += by;
    }
  }
  const mified = mify(new Counter(), {
    fields: ['total'],
    methods: { add: { parameters: z.object({ by: z.number() }), order: ['by'] } },
  });
  expectTypeOf(mified.object).toEqualTypeOf<Counter>();
  const Shown = mify(Counter, { fields: ['total'] });
  const shown = new Shown();
  expectTypeOf(shown.total).toEqualTypeOf<number>();
  expectTypeOf(shown.getQueryObject).toBeFunction();
  // @ts-expect-error: there is no such field
  expect(() => mify(new Counter(), { fields: ['sum'] })).toThrow(TypeError);
  // @ts-expect-error: a method is no field
  expect(() => mify(new Counter(), { fields: ['add'] })).toThrow(TypeError);
  // @ts-expect-error: a field is no method
  expect(() => mify(new Counter(), { fields: [], methods: { total: {} } })).toThrow(TypeError);
});
