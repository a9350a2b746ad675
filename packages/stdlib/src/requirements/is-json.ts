import type { OutputFormat, Requirement, StandardIssue } from '@melliflow/core';
import { textOf } from '@melliflow/core/implement';
import { validated } from '@melliflow/schema';
import { type ReadyRequirementInit, textRequirement } from './output-requirement.js';

/**
 * The output is JSON and nothing else, and fits the schema if there is one: plain JSON Schema, or one of zod, ArkType
 * or Valibot. The reason names every place that does not fit.
 *
 * @throws TypeError when `schema` is none.
 *
 * @example
 * isJson({ type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] });
 */
export function isJson(schema?: OutputFormat, init: ReadyRequirementInit = {}): Requirement {
  if (schema === undefined)
    return textRequirement('be JSON and nothing else', init, (text) => parsed(text).verdict);
  const standard = validated(schema)['~standard'];
  if (typeof standard.jsonSchema?.input !== 'function')
    throw new TypeError(
      `schema: this ${standard.vendor} schema cannot give JSON Schema, which the model is shown.`,
    );
  const shown = JSON.stringify(standard.jsonSchema.input({ target: 'draft-2020-12' }));
  return textRequirement(`be JSON and nothing else, and fit this schema: ${shown}`, init, async (text) => {
    const { value, verdict } = parsed(text);
    if (verdict !== true) return verdict;
    const { issues } = await standard.validate(value);
    return issues ? [false, issues.map(issueText).join('; ')] : true;
  });
}

function parsed(text: string): { value?: unknown; verdict: true | [false, string] } {
  try {
    return { value: JSON.parse(text), verdict: true };
  } catch (error) {
    return { verdict: [false, `it is not JSON: ${textOf(error)}`] };
  }
}

function issueText({ path = [], message }: StandardIssue): string {
  const place = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return place === '' ? message : `${place}: ${message}`;
}
