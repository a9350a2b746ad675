import type { Requirement } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { type GuardrailInit, TextGuardrail } from '../text/text-guardrail.js';
import { patternRule } from './pattern-rule.js';
import {
  type PersonalData,
  type PhoneCountry,
  personalPatterns,
  phonePatterns,
} from './personal-patterns.js';

/** Which personal data is looked for. */
export interface NoPersonalDataInit extends GuardrailInit {
  /** Default: all kinds. */
  kinds?: readonly PersonalData[] | undefined;
  /** Whose telephone numbers are known without `+`. Default: all countries of the table. */
  countries?: readonly PhoneCountry[] | undefined;
}

const said: Readonly<Record<PersonalData, string>> = {
  email: 'e-mail addresses',
  phone: 'telephone numbers',
  iban: 'account numbers',
  card: 'card numbers',
  ip: 'IP addresses',
};

/**
 * No e-mail addresses, telephone numbers, account numbers (IBAN) and card numbers whose check digits are right, and IP
 * addresses. Names and postal addresses have no form to know them by.
 *
 * @throws TypeError for a kind or a country that is not known.
 *
 * @example
 * noPersonalData({ kinds: ['email', 'phone'], countries: ['US'] });
 */
export function noPersonalData(init: NoPersonalDataInit = {}): Requirement {
  const { kinds, countries, ...rest } = init;
  const chosen = known('kinds', kinds, personalPatterns);
  const places = known('countries', countries, phonePatterns);
  const patterns = chosen.flatMap((kind) =>
    kind === 'phone'
      ? [...personalPatterns.phone, ...places.map((place) => phonePatterns[place])]
      : personalPatterns[kind],
  );
  const description = `show no ${chosen.map((kind) => said[kind]).join(', ')}`;
  return new TextGuardrail(description, patternRule(patterns), rest);
}

function known<K extends string>(
  field: string,
  given: readonly K[] | undefined,
  table: Readonly<Record<K, unknown>>,
): readonly K[] {
  const all = Object.keys(table) as K[];
  if (given === undefined) return all;
  if (!Array.isArray(given)) throw new TypeError(`${field} must be a list, got ${describe(given)}.`);
  for (const [i, one] of given.entries()) {
    if (all.includes(one)) continue;
    throw new TypeError(`${field}[${i}] must be one of ${all.join(', ')}, got ${describe(one)}.`);
  }
  return [...given];
}
