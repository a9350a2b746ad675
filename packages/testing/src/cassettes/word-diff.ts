/** More comparisons than this are not worth a finer answer: what lies between is shown as a whole. */
const MAX_CELLS = 1_000_000;

/** How many words are shown on each side of a change. */
const AROUND = 5;

/** More of one change than this is cut. */
const MAX_WORDS = 12;

/** More characters of one word than this are cut. */
const MAX_LENGTH = 60;

/** A run of words that both texts have, or that one has instead of the other's. */
interface Change {
  readonly old: readonly string[];
  readonly new: readonly string[];
}

/** What changed between two texts, word by word, with a few words around: `a [-short-]{+long+} story`. */
export function wordDiff(before: string, after: string): string {
  const a = words(before);
  const b = words(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  const shorter = Math.min(a.length, b.length) - head;
  while (tail < shorter && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const middle = changes(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const common = (part: readonly string[]): Change => ({ old: part, new: part });
  const all = [common(a.slice(0, head)), ...middle, common(a.slice(a.length - tail))];
  return all
    .map((change, index) => shown(change, index, all.length))
    .join('')
    .trim()
    .split(/\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ⏎ ');
}

/** Letters and digits together; or one sign, or one character of a script without spaces. */
const word = /(?:(?:(?![\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}])[\p{L}\p{N}\p{M}_])+|\S)\s*|\s+/gu;

/** Words with the white space that follows them. */
function words(text: string): string[] {
  return text.match(word) ?? [];
}

function shown({ old, new: now }: Change, index: number, count: number): string {
  if (old !== now) {
    const [gone, come] = [quoted(old, now), quoted(now, old)];
    const last = (now.at(-1) ?? old.at(-1)) as string;
    const space = last.slice(last.trimEnd().length);
    return `${gone && `[-${gone}-]`}${come && `{+${come}+}`}${space}`;
  }
  const before = index === 0 ? [] : old.slice(0, AROUND);
  const after = index === count - 1 ? [] : old.slice(-AROUND);
  if (before.length + after.length >= old.length && index > 0 && index < count - 1)
    return old.map(brief).join('');
  const isCut = before.length + after.length < old.length;
  return [...before.map(brief), isCut ? '… ' : '', ...after.map(brief)].join('');
}

/** What stands on one side of a change; where only white space differs, it is made visible. */
function quoted(part: readonly string[], other: readonly string[]): string {
  const text = cut(part).join('');
  if (text !== '' && text.trimEnd() === cut(other).join('').trimEnd()) return JSON.stringify(text);
  return text.trimEnd();
}

function cut(part: readonly string[]): readonly string[] {
  const kept = part.slice(0, MAX_WORDS).map(brief);
  return part.length > MAX_WORDS ? [...kept, '…'] : kept;
}

/** A word as it is, or the begin and the end of what is longer than any, such as a key or a picture. */
function brief(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH / 2)}…${text.slice(-MAX_LENGTH / 2)}` : text;
}

/** The longest common run of words, as changes and what lies between them. */
function changes(a: readonly string[], b: readonly string[]): Change[] {
  if (a.length === 0 && b.length === 0) return [];
  if (a.length * b.length > MAX_CELLS) return [{ old: a, new: b }];
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] as number;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: Change[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const from = [i, j] as const;
    while (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    }
    if (i > from[0]) {
      const same = a.slice(from[0], i);
      found.push({ old: same, new: same });
      continue;
    }
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && a[i] === b[j])) {
      if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) i++;
      else j++;
    }
    found.push({ old: a.slice(from[0], i), new: b.slice(from[1], j) });
  }
  return found;
}
