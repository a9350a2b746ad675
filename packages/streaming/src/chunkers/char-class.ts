/** What a character may mean to a chunker; `newline` is U+000A alone. */
export type CharClass = 'other' | 'space' | 'newline' | 'stop' | 'closer';

/** The classes by number; a character that has none of the other meanings is number 0. */
export const CHAR_CLASSES: readonly CharClass[] = ['other', 'space', 'newline', 'stop', 'closer'];

// The white space is that of Python's `\s`, which the reference splits by. JavaScript's differs: it lacks
// U+001C to U+001F and U+0085, and has U+FEFF.
const CHARACTERS: Readonly<Record<CharClass, string>> = {
  other: '',
  space:
    '\t\v\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007' +
    '\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
  newline: '\n',
  stop: '.!?',
  closer: '"\')\u2019\u201d',
};

const classByCode = new Uint8Array(0x3001); // up to the last white space, U+3000
for (const [number, kind] of CHAR_CLASSES.entries()) {
  for (const character of CHARACTERS[kind]) classByCode[character.charCodeAt(0)] = number;
}

/** The number of a UTF-16 unit's class in `CHAR_CLASSES`; halves of surrogate pairs are `other`. */
export function charClass(code: number): number {
  return classByCode[code] ?? 0;
}

/** Whether a UTF-16 unit is white space to Python's `\s`. */
export function isPythonWhitespace(code: number): boolean {
  const kind = CHAR_CLASSES[charClass(code)];
  return kind === 'space' || kind === 'newline';
}
