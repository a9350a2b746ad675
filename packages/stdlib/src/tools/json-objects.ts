/** How deep an object in a text may be nested before it is left alone. */
const DEEPEST = 500;

const space = /\s*/y;
const string = /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

type Json = Record<string, unknown>;

/**
 * The JSON objects in a text, each as early and as whole as possible. Between the tokens any space will do, and line
 * breaks in texts are taken as they are: models write both. What was read is not read again, so the cost is linear.
 */
export function jsonObjectsIn(text: string): Json[] {
  const found: Json[] = [];
  for (let at = text.indexOf('{'); at !== -1; ) {
    const reader = newReader(text, at);
    readObject(reader, 0);
    found.push(...reader.complete);
    at = text.indexOf('{', Math.max(at + 1, reader.completeTo, reader.lastString + 1));
  }
  return found;
}

interface Reader {
  readonly text: string;
  at: number;
  /** The objects that were read to their end, without those inside them. */
  complete: Json[];
  /** Where the last of them ended. */
  completeTo: number;
  /** Where the last text began: if it was none, an object may begin in it. */
  lastString: number;
}

function newReader(text: string, at: number): Reader {
  return { text, at, complete: [], completeTo: 0, lastString: -1 };
}

/** The object at the reader's place; undefined at the first mistake. */
function readObject(reader: Reader, depth: number): Json | undefined {
  const inside = reader.complete.length;
  const entries: [string, unknown][] = [];
  const read = readList(reader, '{', '}', () => {
    const key = readString(reader);
    if (key === undefined || !take(reader, ':')) return false;
    const value = readValue(reader, depth + 1);
    entries.push([key, value]);
    return value !== undefined;
  });
  if (!read) return undefined;
  // Not by assignment: a key may be called __proto__.
  const object = Object.fromEntries(entries);
  reader.complete.splice(inside, reader.complete.length, object);
  reader.completeTo = reader.at;
  return object;
}

function readArray(reader: Reader, depth: number): unknown[] | undefined {
  const items: unknown[] = [];
  const read = readList(
    reader,
    '[',
    ']',
    () => items.push(readValue(reader, depth + 1)) > 0 && items.at(-1) !== undefined,
  );
  return read ? items : undefined;
}

/** Whether there was an opening mark, items with commas between, and the closing mark. */
function readList(reader: Reader, open: string, close: string, readItem: () => boolean): boolean {
  if (!take(reader, open)) return false;
  if (take(reader, close)) return true;
  do if (!readItem()) return false;
  while (take(reader, ','));
  return take(reader, close);
}

function readValue(reader: Reader, depth: number): unknown {
  if (depth > DEEPEST) return undefined;
  const next = peek(reader);
  if (next === '{') return readObject(reader, depth);
  if (next === '[') return readArray(reader, depth);
  if (next === '"') return readString(reader);
  const token = match(reader, scalar);
  return token === undefined ? undefined : JSON.parse(token);
}

function readString(reader: Reader): string | undefined {
  if (peek(reader) !== '"') return undefined;
  reader.lastString = reader.at;
  const token = match(reader, string);
  if (token === undefined) return undefined;
  try {
    return JSON.parse(token.replace(/[\n\r\t]/g, (mark) => JSON.stringify(mark).slice(1, -1)));
  } catch {
    return undefined; // it holds what no text of JSON holds
  }
}

function take(reader: Reader, mark: string): boolean {
  const taken = peek(reader) === mark;
  if (taken) reader.at += 1;
  return taken;
}

/** The next character that is no space; the reader stands before it then. */
function peek(reader: Reader): string | undefined {
  match(reader, space);
  return reader.text[reader.at];
}

function match(reader: Reader, form: RegExp): string | undefined {
  form.lastIndex = reader.at;
  const [token] = form.exec(reader.text) ?? [];
  if (token !== undefined) reader.at += token.length;
  return token;
}
