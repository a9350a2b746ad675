import type { Backend } from '@melliflow/core';
import { describe, supportedBackend } from '@melliflow/core/implement';

/** The error for a setting that is not what it must be: it names the setting, what it got and what it takes. */
export function wrongSetting(owner: string, name: string, must: string, got: unknown): TypeError {
  const what = Array.isArray(got) && got.length === 0 ? 'an empty list' : describe(got);
  return new TypeError(`${owner}: ${name} must be ${must}; got ${what}.`);
}

/**
 * The backend as it can be called here.
 *
 * @throws TypeError when `value` is no backend.
 * @throws UnsupportedFeatureError (`unsupported_feature`) when it is of a contract that this core does not know.
 */
export function requireBackend(owner: string, name: string, value: Backend): Backend {
  if (typeof value?._generateFromContext === 'function') return supportedBackend(value);
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
