/** Deeper than any question; what goes further is a circle or no data. */
const MAX_DEPTH = 100;

/**
 * SHA-256 of plain data in hexadecimal, whatever the order of its members. Null where the data holds what has no
 * plain form, such as a function or an instance of a class: nothing can be said about its sameness then.
 */
export async function hashOf(data: unknown): Promise<string | null> {
  const text = canonical(data, 0);
  if (text === null) return null;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function canonical(value: unknown, depth: number): string | null {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'bigint') return `${typeof value}:${value}`;
  if (typeof value !== 'object' || depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return joined(value, '[]', (item) => canonical(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return null;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return joined(entries, '{}', ([name, member]) => {
    const text = canonical(member, depth + 1);
    return text === null ? null : `${JSON.stringify(name)}:${text}`;
  });
}

function joined<T>(items: readonly T[], brackets: string, textOf: (item: T) => string | null): string | null {
  const texts: string[] = [];
  for (const item of items) {
    const text = textOf(item);
    if (text === null) return null;
    texts.push(text);
  }
  return `${brackets[0]}${texts.join()}${brackets[1]}`;
}
