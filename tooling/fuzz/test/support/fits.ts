import type { JsonSchema } from '@melliflow/core';
import { jsonSchema } from '@melliflow/schema';

/** Whether a schema allows a value; null where the schema is of no use to a validator: one that refers to itself in circles. */
export async function fits(schema: JsonSchema, value: unknown): Promise<boolean | null> {
  try {
    const { issues } = await jsonSchema({ schema })['~standard'].validate(value);
    return issues?.some(({ message }) => message.includes('refers to itself')) ? null : issues === undefined;
  } catch (error) {
    if (error instanceof TypeError && error.message.includes('schema cannot be used')) return null;
    throw error;
  }
}
