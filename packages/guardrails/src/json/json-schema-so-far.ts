import {
  type Context,
  type JsonSchema,
  type OutputFormat,
  type Requirement,
  ValidationResult,
} from '@melliflow/core';
import { validated } from '@melliflow/schema';
import { everyCharacter, type GuardrailInit, TextGuardrail } from '../text/text-guardrail.js';
import { jsonRule } from './json-rule.js';

/**
 * The text is one JSON document that fits the schema: of zod 4.2+, ArkType or Valibot, or plain JSON Schema. A stream
 * fails at the first character after which no document that fits can begin so: by the kind of a value, the listed texts,
 * names, numbers of characters, items and properties, the sign of a number; at the end of a number, a name, a list or an
 * object also by what it is or lacks as a whole, and by a name that came before.
 *
 * Only the whole tells of `pattern`, `format`, `multipleOf`, `uniqueItems`, `contains`, `propertyNames`, `not`, `if`,
 * `dependent…`, `unevaluated…`, of more than one choice of `oneOf`, of references that are no JSON pointers, and where
 * there are more than 256 ways to read a schema at one place. A stream does not see either that what must still come
 * no longer fits.
 *
 * It is shown every character of a stream, whatever the stream's chunking.
 *
 * @throws TypeError when `schema` is no schema; at the first chunk, when it is none that anything can be validated by.
 *
 * @example
 * jsonSchemaSoFar({ type: 'object', properties: { city: { enum: ['Rome', 'Oslo'] } }, required: ['city'] });
 */
export function jsonSchemaSoFar(schema: OutputFormat, init: GuardrailInit = {}): Requirement {
  const { validate, jsonSchema } = validated(schema)['~standard'];
  const plain = jsonSchema.input({ target: 'draft-2020-12' }) as JsonSchema;
  const description = `be one JSON document of this schema: ${JSON.stringify(plain)}`;
  let usable: Promise<void> | undefined;
  // Of a schema of a library the library knows; a plain one would be found wanting at the end only.
  const load = (): Promise<void> => {
    usable ??= Promise.resolve('~standard' in schema ? null : validate(null)).then(() => undefined);
    return usable;
  };
  const guardrail = new TextGuardrail(description, { ...jsonRule(plain), load }, everyCharacter(init));
  const byPrefix = guardrail.validationFn as (ctx: Context) => Promise<ValidationResult>;
  guardrail.validationFn = async (ctx) => {
    const verdict = await byPrefix(ctx);
    if (!verdict.asBool()) return verdict;
    const { issues } = await validate(JSON.parse((await ctx.lastOutput()?.avalue()) ?? ''));
    const reason = issues?.map(({ message }) => message).join('; ');
    return reason === undefined ? verdict : new ValidationResult(false, { reason });
  };
  return guardrail;
}
