/** Whether the digits of a card number add up (ISO/IEC 7812-1, Luhn). */
export function isCardNumber(text: string): boolean {
  const digits = Array.from(text.replace(/\D/g, ''), Number);
  const sum = digits.reverse().reduce((total, digit, i) => {
    const doubled = i % 2 === 0 ? digit : digit * 2;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0 && new Set(digits).size > 1;
}

/** The lengths of account numbers by country (SWIFT, IBAN Registry). */
const ibanLengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Whether an IBAN has the length of its country and its check digits are right (ISO 13616, ISO 7064 mod 97-10). */
export function isIban(text: string): boolean {
  const iban = text.replaceAll(' ', '');
  if (ibanLengths[iban.slice(0, 2)] !== iban.length) return false;
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** Whether an IPv6 address is well formed (RFC 4291) and has three groups or more, which `a::b` in code has not. */
export function isIpv6(text: string): boolean {
  const groups = text.split(':').filter((group) => group !== '').length;
  const shortened = text.split('::').length - 1;
  const edges = /^:[^:]|[^:]:$|:::/.test(text);
  if (edges || groups < 3) return false;
  return shortened === 0 ? groups === 8 : shortened === 1 && groups < 8;
}

/** Whether an IPv4 address may be somebody's: neither this machine nor all or none. */
export function isSomebodysIpv4(text: string): boolean {
  return !text.startsWith('127.') && text !== '0.0.0.0' && text !== '255.255.255.255';
}
