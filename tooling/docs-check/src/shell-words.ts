/** A command as a shell would read it, up to a pipe. */
export interface ShellCommand {
  readonly env: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** The commands of an `sh` block with the offset of their first line; comments and a leading `$` are left out. */
export function commandsOf(text: string): { readonly command: ShellCommand; readonly offset: number }[] {
  const lines = text.split('\n');
  const found: { command: ShellCommand; offset: number }[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const offset = index;
    let line = lines[index] ?? '';
    while (line.endsWith('\\') && index + 1 < lines.length) {
      index += 1;
      line = line.slice(0, -1) + lines[index];
    }
    const command = toCommand(wordsOf(line.replace(/^\s*\$ /, '')));
    if (command.words.length > 0) found.push({ command, offset });
  }
  return found;
}

const token = /\s+|#.*$|\||"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s"'\\|]+)/gy;

function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (const [text, double, single, escaped, plain] of line.trim().matchAll(token)) {
    const isBetween = /^\s/.test(text);
    if (text === '|' || (word === null && text.startsWith('#'))) break;
    if (isBetween && word !== null) words.push(word);
    word = isBetween
      ? null
      : (word ?? '') + (double?.replace(/\\(["\\$`])/g, '$1') ?? single ?? escaped ?? plain ?? text);
  }
  return word === null ? words : [...words, word];
}

function toCommand(words: readonly string[]): ShellCommand {
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const settings = first < 0 ? words : words.slice(0, first);
  const env = Object.fromEntries(
    settings.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
  return { env, words: first < 0 ? [] : words.slice(first) };
}
