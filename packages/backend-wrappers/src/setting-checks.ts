import type { Backend } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';

/** The error for a setting that is not what it must be: it names the setting, what it got and what it takes. */
export function wrongSetting(owner: string, name: string, must: string, got: unknown): TypeError {
  return new TypeError(`${owner}: ${name} must be ${must}; got ${describe(got)}.`);
}

/** @throws TypeError when `value` is no backend. */
export function requireBackend(owner: string, name: string, value: Backend): Backend {
  if (typeof value?._generateFromContext === 'function') return value;
  throw wrongSetting(owner, name, 'a backend', value);
}

/** @throws TypeError when `value` is given and no number from `least` up. */
export function requireNumber(owner: string, name: string, value: unknown, least: number): void {
  if (value === undefined || (typeof value === 'number' && value >= least)) return;
  throw wrongSetting(owner, name, `a number from ${least} up`, value);
}

/** @throws TypeError when `value` is given and no function. */
export function requireFunction(owner: string, name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function')
    throw wrongSetting(owner, name, 'a function', value);
}
