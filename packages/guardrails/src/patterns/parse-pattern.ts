/** A pattern as a tree; sets hold the ASCII units that they take. */
export type PatternNode =
  | { readonly kind: 'set'; readonly set: Uint8Array }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number };

const named: Readonly<Record<string, string>> = { d: '[0-9]', w: '[A-Za-z0-9_]' };

/**
 * Reads the part of regular expressions that tables of patterns need: characters, `\d`, `\w`, classes without `^`,
 * groups `(?:…)`, `|`, `?` and `{n,m}`. Nothing without an upper bound, so that each match has a greatest length.
 *
 * @throws TypeError naming the place of what it does not know.
 */
export function parsePattern(source: string): PatternNode {
  let at = 0;
  const refuse = (what: string): never => {
    throw new TypeError(`The pattern ${source} has ${what} at ${at}, which patterns do not know.`);
  };

  const choice = (): PatternNode => {
    const parts = [sequence()];
    while (source[at] === '|') {
      at += 1;
      parts.push(sequence());
    }
    return parts.length === 1 ? (parts[0] as PatternNode) : { kind: 'choice', parts };
  };

  const sequence = (): PatternNode => {
    const parts: PatternNode[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(atom()));
    return { kind: 'sequence', parts };
  };

  const atom = (): PatternNode => {
    const character = source[at] as string;
    if (source.startsWith('(?:', at)) {
      at += 3;
      const inner = choice();
      at += 1;
      return inner;
    }
    if (character === '[') return { kind: 'set', set: characterClass() };
    if ('(*+?{}^$.'.includes(character)) refuse(JSON.stringify(character));
    at += 1;
    return { kind: 'set', set: character === '\\' ? escaped() : setOf(character) };
  };

  const repeated = (part: PatternNode): PatternNode => {
    if (source[at] === '?') {
      at += 1;
      return { kind: 'repeat', part, min: 0, max: 1 };
    }
    const count = /\{(\d+)(?:,(\d+))?\}/y;
    count.lastIndex = at;
    const found = count.exec(source);
    if (found === null) return part;
    at = count.lastIndex;
    const min = Number(found[1]);
    return { kind: 'repeat', part, min, max: found[2] === undefined ? min : Number(found[2]) };
  };

  const escaped = (): Uint8Array => {
    const character = source[at] ?? '';
    at += 1;
    const name = named[character];
    if (name !== undefined) return (parsePattern(name) as { set: Uint8Array }).set;
    if (/^[a-z0-9]?$/i.test(character)) refuse(`\\${character}`);
    return setOf(character);
  };

  const characterClass = (): Uint8Array => {
    const set = new Uint8Array(128);
    at += 1;
    if (source[at] === '^') refuse('"^"');
    while (source[at] !== ']') {
      if (at >= source.length) refuse('an open class');
      const first = source[at] as string;
      at += 1;
      if (first === '\\') {
        for (const [unit, is] of escaped().entries()) if (is === 1) set[unit] = 1;
      } else if (source[at] === '-' && source[at + 1] !== ']') {
        const last = source.charCodeAt(at + 1);
        for (let unit = first.charCodeAt(0); unit <= last; unit += 1) set[unit] = 1;
        at += 2;
      } else set[first.charCodeAt(0)] = 1;
    }
    at += 1;
    return set;
  };

  const tree = choice();
  if (at < source.length) refuse(JSON.stringify(source[at]));
  // A class alone is its set, so that `\d` can be written by one.
  return tree.kind === 'sequence' && tree.parts.length === 1 ? (tree.parts[0] as PatternNode) : tree;
}

function setOf(character: string): Uint8Array {
  const set = new Uint8Array(128);
  set[character.charCodeAt(0)] = 1;
  return set;
}
