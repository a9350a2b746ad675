import {
  type Context,
  type JsonSchema,
  type OutputFormat,
  type Requirement,
  ValidationResult,
} from '@melliflow/core';
import { validated } from '@melliflow/schema';
import { type GuardrailInit, TextGuardrail } from '../text/text-guardrail.js';
import { jsonRule } from './json-rule.js';

/**
 * The text is one JSON document that fits the schema: of zod 4.2+, ArkType or Valibot, or plain JSON Schema. A stream
 * fails at the first character after which no document that fits can begin so, as far as each value, name and end tells
 * by itself; the whole is validated with every keyword. Separators that a chunker leaves out are taken for one space,
 * so cut by `borders: 'none'` what leaves none out.
 *
 * @throws TypeError when `schema` is no schema.
 *
 * @example
 * jsonSchemaSoFar({ type: 'object', properties: { city: { enum: ['Rome', 'Oslo'] } }, required: ['city'] });
 */
export function jsonSchemaSoFar(schema: OutputFormat, init: GuardrailInit = {}): Requirement {
  const { validate, jsonSchema } = validated(schema)['~standard'];
  const plain = jsonSchema.input({ target: 'draft-2020-12' }) as JsonSchema;
  const description = `be one JSON document of this schema: ${JSON.stringify(plain)}`;
  const guardrail = new TextGuardrail(description, jsonRule(plain), init);
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
