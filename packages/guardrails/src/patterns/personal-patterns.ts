import { isCardNumber, isIban, isIpv6, isSomebodysIpv4 } from './check-digits.js';
import type { Pattern } from './pattern-rule.js';

/** What counts as personal data here. */
export type PersonalData = 'email' | 'phone' | 'iban' | 'card' | 'ip';

/** The countries whose national way of writing telephone numbers is known. */
export type PhoneCountry = 'DE' | 'ES' | 'FR' | 'GB' | 'IN' | 'IT' | 'US';

const phone = (pattern: string, source: string): Pattern => ({
  name: 'a telephone number',
  pattern,
  source,
  whole: true,
  apart: true,
});

const card = (pattern: string): Pattern => ({
  name: 'a card number',
  pattern,
  source: 'ISO/IEC 7812-1',
  whole: true,
  holds: isCardNumber,
});

const EMAIL = "[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\\.){1,4}[A-Za-z]{2}";
const GROUP = '[0-9A-Fa-f]{1,4}';
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d{2}|[1-9]?\\d)';

/** What personal data looks like; telephone numbers by country come apart. */
export const personalPatterns: Readonly<Record<PersonalData, readonly Pattern[]>> = {
  email: [
    {
      name: 'an e-mail address',
      pattern: EMAIL,
      full: `${EMAIL}[A-Za-z]{0,22}`,
      source: 'RFC 5321, local part and domain; without quoted and international ones',
    },
  ],
  phone: [phone('\\+[1-9](?:[ ()./-]{0,2}\\d){7,14}', 'ITU-T E.164, with its spelling in E.123')],
  iban: [
    {
      name: 'an account number (IBAN)',
      pattern: '[A-Z]{2}\\d{2}(?: ?[A-Z0-9]){11,30}',
      source: 'ISO 13616',
      whole: true,
      holds: isIban,
    },
  ],
  card: [
    card('[2-6]\\d{12,18}'),
    card('[2-6]\\d{3}(?:[ -]\\d{4}){3}(?:[ -]\\d{3})?'),
    card('3[47]\\d{2}[ -]\\d{6}[ -]\\d{5}'),
  ],
  ip: [
    {
      name: 'an IP address',
      pattern: `(?:${OCTET}\\.){3}${OCTET}`,
      full: `(?!127\\.|0\\.0\\.0\\.0|255\\.255\\.255\\.255)(?:${OCTET}\\.){3}${OCTET}`,
      source: 'RFC 791, dotted decimal',
      whole: true,
      holds: isSomebodysIpv4,
    },
    {
      name: 'an IP address',
      pattern: '(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}',
      full: `(?:${GROUP}:){7}${GROUP}|(?:${GROUP}:){2,6}(?::${GROUP}){1,5}|${GROUP}:(?::${GROUP}){2,6}|:(?::${GROUP}){3,7}`,
      source: 'RFC 4291, section 2.2',
      whole: true,
      holds: isIpv6,
    },
  ],
};

const plan = (country: string): string =>
  `the national numbering plan of ${country}, as told to the ITU (E.129)`;

/** Telephone numbers without their country, as they are written there. */
export const phonePatterns: Readonly<Record<PhoneCountry, Pattern>> = {
  DE: phone('0[1-9]\\d{1,4}(?: ?/ ?|[ -])\\d{3,5}(?:[ -]?\\d{2,5}){0,2}', plan('Germany')),
  ES: phone('[6-9]\\d{2}(?: \\d{2}){3}', plan('Spain')),
  FR: phone('0[1-9](?:[ .-]?\\d{2}){4}', plan('France')),
  GB: phone('0[1-9]\\d{1,4} \\d{3,4} ?\\d{3,4}', plan('the United Kingdom')),
  IN: phone('[6-9]\\d{4}[ -]\\d{5}', plan('India')),
  IT: phone('(?:0\\d{1,3}|3\\d{2})[ -]\\d{6,8}', plan('Italy')),
  US: phone(
    '(?:\\([2-9]\\d{2}\\) ?|[2-9]\\d{2}[-. ])[2-9]\\d{2}[-. ]\\d{4}',
    'the North American Numbering Plan',
  ),
};
