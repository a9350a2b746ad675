type Method = (this: string, ...args: unknown[]) => unknown;

const READ_ONE = ['at', 'charAt', 'charCodeAt', 'codePointAt'] as const;
const COPY_PART = ['slice', 'substring', 'substr'] as const;
const READ_ALL = [
  'indexOf lastIndexOf includes startsWith endsWith search match matchAll replace replaceAll split',
  'trim trimStart trimEnd toLowerCase toUpperCase normalize concat localeCompare',
]
  .join(' ')
  .split(' ');

/**
 * Counts the characters that strings were asked for while `work` ran. Appending is free, as in engines that
 * join lazily; the first look at a string that was joined costs its whole length, since that is when it is copied.
 *
 * @throws RangeError past the limit, before a cost out of bounds takes all memory.
 */
export function charactersRead(work: () => void, limit = 20_000_000): number {
  const methods = String.prototype as unknown as Record<string, Method>;
  const exec = RegExp.prototype.exec;
  const { segment } = Intl.Segmenter.prototype;
  const originals = new Map<string, Method>();
  const looked = new Set<string>();
  let total = 0;

  const look = (text: string, characters: number): void => {
    if (!looked.has(text)) {
      looked.add(text);
      total += text.length;
    }
    total += characters;
    if (total > limit) throw new RangeError(`more than ${limit} characters read`);
  };
  const meter = (name: string, cost: (text: string, result: unknown) => number): void => {
    const original = methods[name] as Method;
    originals.set(name, original);
    methods[name] = function (this: string, ...args: unknown[]) {
      const result = original.apply(this, args);
      look(this, cost(this, result));
      return result;
    };
  };

  for (const name of READ_ONE) meter(name, () => 1);
  for (const name of COPY_PART) meter(name, (_, result) => (result as string).length);
  for (const name of READ_ALL) meter(name, (text) => text.length);
  RegExp.prototype.exec = function (text: string) {
    look(text, text.length);
    return exec.call(this, text);
  };
  Intl.Segmenter.prototype.segment = function (text: string) {
    look(text, text.length);
    return segment.call(this, text);
  };
  try {
    work();
  } finally {
    for (const [name, original] of originals) methods[name] = original;
    RegExp.prototype.exec = exec;
    Intl.Segmenter.prototype.segment = segment;
  }
  return total;
}
