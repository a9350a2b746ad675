import { inspect } from 'node:util';

/** All that a value shows, to any depth: printed, as JSON, and of an error the words and stacks of it and its causes. */
export function shownBy(value: unknown): string {
  const texts: string[] = [inspect(value, { depth: 20, showHidden: true }), jsonOf(value)];
  for (let at = value; at instanceof Error; at = at.cause) texts.push(at.message, at.stack ?? '', String(at));
  return texts.join('\n');
}

/**
 * Those of the secrets that an error, a log or a payload shows, as they are or in another form: with escapes, in a URL,
 * in base64.
 *
 * @example
 * expect(leaksOf(error, [apiKey, 'a word of the prompt'])).toEqual([]);
 */
export function leaksOf(value: unknown, secrets: readonly string[]): string[] {
  const shown = plain(shownBy(value));
  return secrets.filter((secret) => formsOf(secret).some((form) => shown.includes(plain(form))));
}

/** Without what escapes add, however often; the words stay. */
function plain(text: string): string {
  return text
    .replace(/\\+(?:u([0-9a-f]{4}))?/gi, (run, code?: string) =>
      code === undefined ? run : String.fromCharCode(Number.parseInt(code, 16)),
    )
    .replace(/\\+[nrt]|[\\\s]+/g, ' ');
}

function formsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret)
      .toString('base64')
      .replace(/={1,2}$/, ''),
  ];
}

function jsonOf(value: unknown): string {
  const seen = new WeakSet<object>();
  const once = (_: string, member: unknown): unknown => {
    if (typeof member === 'bigint') return `${member}`;
    if (typeof member !== 'object' || member === null) return member;
    if (seen.has(member)) return undefined;
    seen.add(member);
    return member;
  };
  return JSON.stringify(value, once) ?? '';
}
