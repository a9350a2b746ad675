import { describe } from '@melliflow/core/implement';

/** What a number among the settings must be, in words and as a check. */
export interface NumberRule {
  readonly must: string;
  fits(value: number): boolean;
}

/** The error for a setting that is not what it must be: it names the setting, what it got and what it takes. */
export function wrongSetting(owner: string, name: string, must: string, got: unknown): TypeError {
  return new TypeError(`${owner}: ${name} must be ${must}; got ${describe(got)}.`);
}

/**
 * The numbers that a group of settings gives, without those left out.
 *
 * @throws TypeError for a group that is no object, a name that is not among `known`, and a number that does not fit.
 */
export function checkNumbers<T extends object>(
  owner: string,
  group: string,
  given: unknown,
  known: T,
  rule: NumberRule,
): Partial<T> {
  if (given === undefined) return {};
  const names = Object.keys(known);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongSetting(owner, group, `an object of ${names.join(', ')}`, given);
  }
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name)) {
      throw new TypeError(`${owner}: ${group}.${name} is not known; there are ${names.join(', ')}.`);
    }
    if (value === undefined) continue;
    if (typeof value !== 'number' || !rule.fits(value)) {
      throw wrongSetting(owner, `${group}.${name}`, rule.must, value);
    }
    numbers[name] = value;
  }
  return numbers as Partial<T>;
}
