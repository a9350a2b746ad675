import type { ModelOutputThunk, SamplingResult, ValidationResult } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { type Answer, generative, Instruction, type Message, Session, text } from '../src/index.js';

const zod = z.object({ city: z.string(), size: z.number().optional() });
const ark = type({ city: 'string', 'size?': 'number' });
const valibot = toStandardJsonSchema(v.object({ city: v.string(), size: v.optional(v.number()) }));
interface City {
  city: string;
  size?: number | undefined;
}

const backend = new ScriptedBackend([{ deltas: ['{"city":"Rome"}'] }]);
const m = new Session({ backend });

it('infers what a schema says of an answer', async () => {
  const answers = {
    zod: await m.instruct('x', { format: zod }),
    ark: await m.chat('x', { format: ark }),
    valibot: await m.act('x', { format: valibot }),
    query: await m.query('x', 'y', { format: zod }),
  };
  expectTypeOf(answers.zod.parsedRepr).toExtend<City>();
  expectTypeOf(answers.ark.parsedRepr.city).toEqualTypeOf<string>();
  expectTypeOf(answers.valibot.parsedRepr).toExtend<City>();
  expectTypeOf(answers.query.parsedRepr.size).toEqualTypeOf<number | undefined>();
  expectTypeOf(answers.zod.value).toEqualTypeOf<string>();
  expect(Object.values(answers).map(({ parsedRepr }) => parsedRepr.city)).toEqual([
    'Rome',
    'Rome',
    'Rome',
    'Rome',
  ]);

  const lazy = await m.ainstruct('x', { format: ark });
  expectTypeOf(lazy.parsedRepr).toExtend<City | null>();
  expectTypeOf(await m.achat('x', { format: valibot })).toExtend<ModelOutputThunk<City>>();
  const stream = await m.stream('x', { format: zod });
  expectTypeOf(stream.thunk.parsedRepr).toExtend<City | null>();
  await stream.acomplete();

  const plain = await m.instruct('x', { format: { type: 'object' } });
  expectTypeOf(plain.parsedRepr).toEqualTypeOf<unknown>();
  expectTypeOf(await m.transform('x', 'y')).toEqualTypeOf<Answer<unknown>>();
});

it('infers what a component gives, and what is asked for', async () => {
  expectTypeOf(await m.instruct('x')).toEqualTypeOf<Answer<string>>();
  expectTypeOf(await m.instruct`x ${1}`).toEqualTypeOf<Answer<string>>();
  expectTypeOf(await m.ainstruct('x')).toEqualTypeOf<ModelOutputThunk<string>>();
  expectTypeOf(await m.chat('x')).toEqualTypeOf<Answer<Message>>();
  expectTypeOf(await m.achat('x')).toEqualTypeOf<ModelOutputThunk<Message>>();
  expectTypeOf(await m.act(new Instruction('x'))).toEqualTypeOf<Answer<string>>();
  expectTypeOf(await m.validate([], { output: 'x' })).toEqualTypeOf<ValidationResult[]>();
  const all = await m.instruct('x', { format: zod, returnSamplingResults: true });
  expectTypeOf(all).toExtend<SamplingResult<City>>();
  expectTypeOf(all.result.parsedRepr).toExtend<City | null>();
  expectTypeOf(await m.chat('x', { returnSamplingResults: true })).toEqualTypeOf<SamplingResult<Message>>();
  expect(all.success).toBe(true);
});

it('infers arguments and results of generative functions', async () => {
  const base = { name: 'f', description: 'Does.' };
  const fromZod = generative({ ...base, input: zod, output: z.object({ city: z.string() }) });
  const fromArk = generative({ ...base, input: ark, output: ark });
  const fromValibot = generative({ ...base, input: v.object({ city: v.string() }), output: valibot });
  const fromPlain = generative({ ...base, input: { type: 'object' }, output: { type: 'object' } });
  expectTypeOf(await fromZod(m, { city: 'x' })).toEqualTypeOf<{ city: string }>();
  expectTypeOf((await fromArk(m, { city: 'x', size: 1 })).city).toEqualTypeOf<string>();
  expectTypeOf(await fromValibot(m, { city: 'x' })).toExtend<City>();
  expectTypeOf(await fromPlain(m, { any: 1 })).toEqualTypeOf<unknown>();
  expect(await m.run(() => fromZod({ city: 'x' }))).toEqual({ city: 'Rome' });
});

it('does not compile what is wrong', () => {
  const f = generative({ name: 'f', description: 'Does.', input: zod, output: zod });
  // Never called: the compiler is what is tested.
  const wrong = async (): Promise<void> => {
    // @ts-expect-error no such option
    await m.instruct('x', { requirments: ['be short'] });
    // @ts-expect-error a number is no instruction
    await m.instruct(7);
    // @ts-expect-error no such property in the schema
    (await m.instruct('x', { format: zod })).parsedRepr.town;
    // @ts-expect-error text has no properties of a schema
    (await m.instruct('x')).parsedRepr.city;
    // @ts-expect-error a date is no value of a text
    text`On ${new Date()}.`;
    // @ts-expect-error the value is not there before it is computed
    (await m.ainstruct('x')).value.length;
    // @ts-expect-error an argument of another type
    await f(m, { city: 7 });
    // @ts-expect-error an argument is missing
    await f({});
    // @ts-expect-error the result has no such property
    (await f({ city: 'x' })).town;
    // @ts-expect-error a schema must be one
    generative({ name: 'f', description: 'Does.', input: zod, output: 'text' });
  };
  expect(wrong).toBeTypeOf('function');
});
