import { describe } from '@melliflow/core/implement';

/** @throws TypeError naming `field` when `value` is not a whole number from `least` up. */
export function wholeNumber(field: string, value: unknown, least: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw new TypeError(`${field} must be a whole number from ${least} up, got ${describe(value)}.`);
}

/** @throws TypeError naming `field` when `values` is not a list of texts with at least one, each with a character. */
export function someTexts(field: string, values: unknown): readonly string[] {
  if (!Array.isArray(values) || values.length === 0)
    throw new TypeError(`${field} must be a list of at least one text, got ${listOrNot(values)}.`);
  for (const [i, value] of values.entries()) {
    if (typeof value === 'string' && value.trim() !== '') continue;
    throw new TypeError(`${field}[${i}] must be a text with a visible character, got ${describe(value)}.`);
  }
  return [...values] as string[];
}

function listOrNot(value: unknown): string {
  return Array.isArray(value) ? 'an empty list' : describe(value);
}
