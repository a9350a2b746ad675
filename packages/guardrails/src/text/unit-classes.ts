/** Bits of what an ASCII unit may be. */
export const DIGIT = 1;
export const LETTER = 2;
export const BLANK = 4;

const classes = new Uint8Array(128);
for (let unit = 0x30; unit <= 0x39; unit += 1) classes[unit] = DIGIT;
for (let unit = 0x41; unit <= 0x5a; unit += 1) classes[unit] = classes[unit + 32] = LETTER;
for (const unit of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20]) classes[unit] = BLANK;

const further = /^[\s\u0085]$/;

/** Whether a unit is white space, to JavaScript or to the chunkers. */
export function isBlank(unit: number): boolean {
  if (unit < 128) return classes[unit] === BLANK;
  return unit === 0x85 || unit === 0xa0 || (unit >= 0x1680 && further.test(String.fromCharCode(unit)));
}

/** Whether a unit is an ASCII letter or digit. */
export function isAlphanumeric(unit: number): boolean {
  return ((classes[unit] ?? 0) & (DIGIT | LETTER)) !== 0;
}

/** Whether a unit is an ASCII digit. */
export function isDigit(unit: number): boolean {
  return classes[unit] === DIGIT;
}

const furtherLetter = /^[\p{L}\p{M}\p{Cs}]$/u;

/** Whether a unit is a letter, or half of a pair. */
export function isLetter(unit: number): boolean {
  return unit < 128 ? classes[unit] === LETTER : furtherLetter.test(String.fromCharCode(unit));
}

/** Whether a unit is the second half of a pair; in well-formed text the others count code points. */
export function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Whether a unit is the first half of a pair. */
export function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
