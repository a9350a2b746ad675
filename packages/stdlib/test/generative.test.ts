import { ComponentParseError } from '@melliflow/core';
import { TemplateFormatter } from '@melliflow/formatter';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { generative } from '../src/generative/generative.js';
import { PreconditionError } from '../src/generative/precondition-error.js';
import { check } from '../src/requirements/check.js';
import { req } from '../src/requirements/req.js';
import { simpleValidate } from '../src/requirements/simple-validate.js';
import { RepairTemplateStrategy } from '../src/sampling/repair-template-strategy.js';
import { Session } from '../src/session/session.js';

function sessionOf(...answers: readonly string[]) {
  const script: ScriptedAnswer[] = answers.map((text) => ({ deltas: [text] }));
  const backend = new ScriptedBackend(script, { formatter: new TemplateFormatter() });
  return { backend, m: new Session({ backend }) };
}

const weather = generative({
  name: 'weather',
  description: 'Guesses the weather of a city.',
  input: z.object({ city: z.string(), days: z.coerce.number().default(1) }),
  output: z.object({ sky: z.enum(['sun', 'rain']), celsius: z.number() }),
});

describe('a generative function', () => {
  it('asks the model with its arguments, and gives its result', async () => {
    const { m, backend } = sessionOf('{"sky":"rain","celsius":12}');
    const { sky, celsius } = await weather(m, { city: 'Bergen {{ x }}' });
    expect([sky, celsius, weather.name]).toEqual(['rain', 12, 'weather']);
    const prompt = backend.calls[0]?.prompt ?? '';
    for (const words of [
      'weather',
      'Guesses the weather of a city.',
      '"Bergen {{ x }}"',
      '"days": 1',
      'JSON',
    ]) {
      expect(prompt).toContain(words);
    }
    expect(m.ctx.asList()).toHaveLength(2);
  });

  it('finds its session: given, its own, a backend, or the one that runs', async () => {
    const { m, backend } = sessionOf('{"n":1}');
    const init = {
      name: 'count',
      description: 'Counts.',
      input: z.object({}),
      output: z.object({ n: z.number() }),
    };
    expect(await generative({ ...init, session: m })({})).toEqual({ n: 1 });
    expect(await generative({ ...init, backend })({})).toEqual({ n: 1 });
    expect(await m.run(() => generative(init)({}))).toEqual({ n: 1 });
    expect([m.ctx.asList().length, backend.calls.length]).toEqual([4, 3]);
    await expect(generative(init)({})).rejects.toMatchObject({ code: 'no_session' });
  });

  it('refuses arguments that do not fit, and names them, before any request', async () => {
    const { m, backend } = sessionOf('{}');
    await expect(weather(m, { city: 7 as never })).rejects.toThrow(
      /weather: the argument city does not fit: .*string/,
    );
    await expect(weather(m, 'Bergen' as never)).rejects.toThrow(/weather: the arguments do not fit/);
    expect(backend.calls).toEqual([]);
  });

  it('fails when the result does not fit', async () => {
    const { m } = sessionOf('{"sky":"snow","celsius":1}');
    await expect(weather(m, { city: 'Oslo' })).rejects.toThrow(ComponentParseError);
  });

  it('gives values of any schema, also such as are no objects', async () => {
    const { m } = sessionOf('"good"', '[1,2]', '{"a":"x"}', '7');
    const init = { name: 'f', description: 'Does.', input: z.object({}) };
    expect(await generative({ ...init, output: z.enum(['good', 'bad']) })(m, {})).toBe('good');
    expect(await generative({ ...init, output: type('number[]') })(m, {})).toEqual([1, 2]);
    const output = toStandardJsonSchema(v.object({ a: v.string() }));
    expect(await generative({ ...init, input: v.object({}), output })(m, {})).toEqual({ a: 'x' });
    const plain = { name: 'f', description: 'Does.', input: { type: 'object', required: ['a'] } };
    expect(await generative({ ...plain, output: { type: 'number' } })(m, { a: 1 })).toBe(7);
    await expect(generative({ ...plain, output: { type: 'number' } })(m, {})).rejects.toThrow(
      /f: the arguments? .*a/,
    );
  });

  it('hands on options and the signal', async () => {
    const { m, backend } = sessionOf('{"sky":"sun","celsius":1}');
    await weather(m, { city: 'Rome' }, { modelOptions: { seed: 3 } });
    expect(backend.calls[0]?.modelOptions.seed).toBe(3);
    const signal = AbortSignal.abort();
    await expect(weather(m, { city: 'Rome' }, { signal })).rejects.toMatchObject({
      code: 'generation_cancelled',
    });
    expect(backend.calls).toHaveLength(1);
  });

  it('says what its definition lacks', () => {
    const init = { name: 'f', description: 'Does.', input: z.object({}), output: z.string() };
    expect(() => generative({ ...init, name: '' })).toThrow(/name must be text, got string ""/);
    expect(() => generative({ ...init, output: undefined as never })).toThrow(
      /the output of f must be a schema/,
    );
    expect(() => generative({ ...init, preconditions: 'x' as never })).toThrow(
      /preconditions must be an array/,
    );
  });
});

describe('conditions of a generative function', () => {
  const warm = req(
    'be warm',
    simpleValidate((text) => [JSON.parse(text).celsius > 20, 'too cold']),
  );
  const init = {
    name: 'forecast',
    description: 'Guesses.',
    input: z.object({ city: z.string() }),
    output: z.object({ celsius: z.number() }),
  };

  it('before: one that fails rejects with its verdict, before any request', async () => {
    const { m, backend } = sessionOf('{"celsius":1}');
    const known = check('name a known city', (ctx) => {
      const args = ctx.lastOutput()?.parsedRepr as unknown;
      return (args as { city: string }).city === 'Rome';
    });
    const forecast = generative({ ...init, preconditions: [known] });
    const refused = forecast(m, { city: 'Atlantis' });
    await expect(refused).rejects.toThrow(PreconditionError);
    await expect(refused).rejects.toMatchObject({
      code: 'precondition',
      requirement: { description: known.description },
    });
    await refused.catch((error: PreconditionError) => {
      expect(error.validation.asBool()).toBe(false);
      expect(error.message).toBe(
        'forecast: the arguments do not meet "name a known city"; see error.validation.',
      );
    });
    expect(backend.calls).toEqual([]);
    expect(await forecast(m, { city: 'Rome' })).toEqual({ celsius: 1 });
  });

  it('after: what is shown of them stands in paragraphs', async () => {
    const { m, backend } = sessionOf('{"n":1}', '{"n":2}');
    const even = generative({
      name: 'even',
      description: 'Gives an even number.',
      input: z.object({}),
      output: z.object({ n: z.number() }),
      postconditions: [req('be even', (ctx) => /2/.test(String(ctx.lastOutput())))],
      strategy: new RepairTemplateStrategy(),
    });
    await even(m, {});
    expect(backend.calls[1]?.prompt.split('\n\n').slice(2)).toEqual([
      'Its arguments, as JSON:\n{}',
      'What it returns must:\n- be even',
      'An earlier result was not good enough. Do better here:\n- be even',
      'Answer with the result as JSON, and with nothing else.',
    ]);
  });

  it('after: they are shown, checked, and tried again for', async () => {
    const { m, backend } = sessionOf('{"celsius":2}', '{"celsius":25}');
    const strategy = new RepairTemplateStrategy({ loopBudget: 2 });
    const forecast = generative({
      ...init,
      postconditions: [warm, check('never shown', () => true)],
      strategy,
    });
    expect(await forecast(m, { city: 'Rome' })).toEqual({ celsius: 25 });
    const [first, second] = backend.calls.map(({ prompt }) => prompt);
    expect(first).toContain('- be warm');
    expect(first).not.toContain('never shown');
    expect(second).toContain('too cold');
  });
});
