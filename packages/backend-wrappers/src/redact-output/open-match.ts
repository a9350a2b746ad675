/** The end of what is there, also where `$` means the end of a line. */
const END = '(?![\\s\\S])';

const quantifier = /[*+?]\??|\{\d+(?:,\d*)?\}\??/y;

/** One piece of a source: an escape, a class, the opening of a group, or a character. */
function pieceOf(isUnicode: boolean): RegExp {
  const braced = isUnicode ? 'u\\{[^}]*\\}|[pP]\\{[^}]*\\}|' : '';
  const escaped = `\\\\(?:${braced}u[\\dA-Fa-f]{4}|x[\\dA-Fa-f]{2}|c[A-Za-z]|0\\d*|[\\s\\S])`;
  const group = '\\((?:\\?(?:[:=!]|<[=!]|<[^>]+>|[a-z-]*:))?';
  return new RegExp(
    `${escaped}|\\[(?:\\\\[\\s\\S]|[^\\]\\\\])*\\]|${group}|[\\s\\S]`,
    isUnicode ? 'uy' : 'y',
  );
}

/**
 * An expression that matches from a place to the end of a text if more text could decide what `pattern` does at that
 * place: every step of it may also stand at the end. Where it does not match, the pattern's answer is final.
 *
 * Null where it is not known: for back references, the flag `v`, and what looks ahead within what looks behind.
 */
export function openMatch(pattern: RegExp): RegExp | null {
  const { source, flags } = pattern;
  if (flags.includes('v')) return null;
  const piece = pieceOf(flags.includes('u'));
  let at = 0;
  let isKnown = true;
  const take = (syntax: RegExp): string => {
    syntax.lastIndex = at;
    const taken = syntax.exec(source)?.[0] ?? '';
    at += taken.length;
    return taken;
  };
  const steps = (): string => {
    let out = '';
    while (at < source.length) {
      const next = take(piece);
      if (next === ')') break;
      if (/^\\[1-9k]/.test(next)) isKnown = false;
      if (next === '|') out += next;
      else out += (next.startsWith('(') ? group(next) : `(?:${next}|${END})`) + take(quantifier);
    }
    return out;
  };
  const group = (opening: string): string => {
    const begin = at;
    const body = steps();
    if (looksBehind(opening) && /\(\?[=!]/.test(source.slice(begin, at))) isKnown = false;
    return groupOf(opening, body);
  };
  const body = steps();
  return isKnown ? new RegExp(`(?:${body})${END}`, flags.replace(/[dgy]/g, '').concat('g')) : null;
}

/** What looks ahead may reach the end as well; what it forbids, and what looks behind, is left to the pattern. */
function groupOf(opening: string, body: string): string {
  if (looksBehind(opening)) return '(?:)';
  if (opening === '(?=') return `(?:(?:${body})${END}|(?=${body}))`;
  if (opening === '(?!') return `(?:(?:${body})${END}|)`;
  const isCapturing = opening === '(' || opening.startsWith('(?<');
  return `(?:${isCapturing ? '(?:' : opening}${body})|${END})`;
}

function looksBehind(opening: string): boolean {
  return opening === '(?<=' || opening === '(?<!';
}
