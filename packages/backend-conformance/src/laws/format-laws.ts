import { strict as assert } from 'node:assert';
import {
  ComponentParseError,
  type OutputFormat,
  type StandardJSONSchemaV1,
  type StandardSchemaV1,
} from '@melliflow/core';
import { type Law, lawsOf } from '../exam/law.js';
import { assertIs, rejection } from './rejection.js';

const schema = {
  type: 'object',
  properties: { kilo: { type: 'integer' }, lima: { type: 'array', items: { type: 'string' } } },
  required: ['kilo', 'lima'],
  additionalProperties: false,
} as const;
const text = '{"kilo": 7, "lima": ["a", "b"]}';
const needs = ['format'] as const;

interface Answer {
  kilo: number;
  lima: string[];
}

/** The schema as a schema library gives it, which takes no negative `kilo`, and doubles it. */
const standard: StandardSchemaV1<unknown, Answer> & StandardJSONSchemaV1 = {
  '~standard': {
    version: 1,
    vendor: 'exam',
    validate: (value) => {
      const { kilo, lima } = value as Answer;
      return kilo < 0 ? { issues: [{ message: 'kilo is negative' }] } : { value: { kilo: kilo * 2, lima } };
    },
    jsonSchema: { input: () => schema, output: () => schema },
  },
};

export const formatLaws: readonly Law[] = lawsOf('format', {
  sent: {
    clause: '4',
    sentence: 'The schema is sent to the provider.',
    needs,
    async run(exam) {
      const { backend, request } = await exam.open([{ deltas: [text] }]);
      const [thunk] = await backend.generateFromContext('Go.', exam.context, { format: schema });
      await thunk.avalue();
      const sent = (await request()).text;
      for (const name of ['kilo', 'lima', 'integer'])
        assert.ok(sent.includes(name), `"${name}" was not sent`);
    },
  },
  parsed: {
    clause: '2.10',
    sentence: 'parsedRepr is the value, read from a whole reply and from a stream.',
    needs,
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['{"kilo": 7, "lim', 'a": ["a", "b"]}'] }]);
      for (const stream of [false, true]) {
        const options = { format: schema, modelOptions: { stream } };
        const [thunk] = await backend.generateFromContext('Go.', exam.context, options);
        assert.deepEqual(JSON.parse(await thunk.avalue()), JSON.parse(text), 'the text');
        assert.deepEqual(thunk.parsedRepr, { kilo: 7, lima: ['a', 'b'] });
      }
    },
  },
  validated: {
    clause: '2.10',
    sentence: 'The value is what the schema makes of it; the provider is not trusted.',
    needs,
    async run(exam) {
      const { backend } = await exam.open([{ deltas: [text] }, { deltas: [text.replace('7', '-7')] }]);
      const [thunk] = await backend.generateFromContext('Go.', exam.context, { format: standard });
      await thunk.avalue();
      assert.equal(thunk.parsedRepr?.kilo, 14, 'what the schema makes of 7');
      const [bad] = await backend.generateFromContext('Go.', exam.context, { format: standard });
      assertIs(await rejection(bad.avalue(), 'avalue()'), ComponentParseError);
    },
  },
  'no-json': {
    clause: '2.10',
    sentence: 'A text that is no JSON is ComponentParseError, and stays readable.',
    needs,
    async run(exam) {
      const fault = { kind: 'off-format' } as const;
      const { backend } = await exam.open([{ deltas: ['Sure! Here it is'], fault }]);
      const [thunk] = await backend.generateFromContext('Go.', exam.context, { format: schema });
      assertIs(await rejection(thunk.avalue(), 'avalue()'), ComponentParseError);
      assert.equal(thunk.partialValue, 'Sure! Here it is');
    },
  },
  bad: {
    clause: '4.1',
    sentence: 'A format that is no schema is a TypeError before any request.',
    async run(exam) {
      const { backend, requests } = await exam.open([{ deltas: [text] }]);
      const format = 'json' as unknown as OutputFormat;
      const error = await rejection(
        backend.generateFromContext('Go.', exam.context, { format }),
        'generateFromContext',
      );
      assert.ok(error instanceof TypeError && error.message.includes('format'), 'it must name the format');
      await exam.drain();
      assert.equal(requests().length, 0, 'requests');
    },
  },
  unclaimed: {
    clause: '2.10, 4.5',
    sentence: 'Where the wire does not constrain the output, a warning says so; it is read all the same.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: [text] }]);
      const [thunk] = await backend.generateFromContext('Go.', exam.context, { format: schema });
      await thunk.avalue();
      const warned = thunk.generation.warnings.some(({ option }) => option === 'format');
      if (!backend.capabilities.format) assert.ok(warned, 'no warning of format');
      assert.deepEqual(thunk.parsedRepr, { kilo: 7, lima: ['a', 'b'] });
    },
  },
});
