import { isBlank } from '../text/unit-classes.js';

/** How letters are compared. */
export interface FoldInit {
  readonly caseSensitive: boolean;
  readonly locale: string | undefined;
}

/** One code point as it is compared: often one unit, none for invisible ones, several for `ß` or `ﬁ`. */
export interface Folded {
  readonly text: string;
  /** For each unit of `text`, whether it makes a longer word of the ones beside it. */
  readonly inWord: readonly boolean[];
}

/** The caches' limit: more than the letters of any text in one script. */
const REMEMBERED = 4096;

// Scripts that put no space between words: there, nothing tells a whole word from a part of another.
const unspaced = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;
const wordlike = /[\p{L}\p{M}\p{N}_]/u;
const invisible = /^\p{Default_Ignorable_Code_Point}$/u;
const hangul = /^[\uac00-\ud7a3]$/;

/**
 * Folds code points one by one, so that it needs no look at what follows: compatibility forms and accents are taken
 * apart (not Hangul, whose parts are letters), upper and lower case made one, white space made a space, and what
 * nobody sees, such as a soft hyphen, left out.
 */
export function folder({ caseSensitive, locale }: FoldInit): (point: string) => Folded {
  const known = new Map<string, Folded>();
  const cased = (text: string): string =>
    // Down, up and down: ẞ to ß to SS to ss.
    text.toLocaleLowerCase(locale).toLocaleUpperCase(locale).toLocaleLowerCase(locale);
  const textOf = (point: string): string => {
    if (invisible.test(point)) return '';
    if (isBlank(point.charCodeAt(0))) return ' ';
    if (hangul.test(point)) return point;
    const parts = point.normalize('NFKD');
    return caseSensitive ? parts : cased(parts);
  };
  return (point) => {
    const remembered = known.get(point);
    if (remembered !== undefined) return remembered;
    const text = textOf(point);
    const folded = { text, inWord: Array.from(text).flatMap(wordFlags) };
    if (known.size < REMEMBERED) known.set(point, folded);
    return folded;
  };
}

function wordFlags(point: string): boolean[] {
  const flag = wordlike.test(point) && !unspaced.test(point);
  return point.length === 1 ? [flag] : [flag, flag];
}
