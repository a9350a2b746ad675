import type { JsonSchema, StandardIssue, StandardSchemaV1 } from '@melliflow/core';
import { validated } from '@melliflow/schema';

/** The arguments as their schema gives them. @throws TypeError that names those that do not fit. */
export async function checkedArguments(
  name: string,
  input: StandardSchemaV1<unknown, unknown> | JsonSchema,
  args: unknown,
): Promise<unknown> {
  const schema = validated<unknown>(input as JsonSchema);
  const result = await schema['~standard'].validate(args);
  if (!result.issues) return result.value;
  throw new TypeError(`${name}: ${result.issues.map(wordsOf).join('; ')}`);
}

function wordsOf({ path, message }: StandardIssue): string {
  const place = path?.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return place ? `the argument ${place} does not fit: ${message}` : `the arguments do not fit: ${message}`;
}
