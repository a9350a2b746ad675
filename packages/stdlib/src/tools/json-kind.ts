/** The types of JSON Schema: how each is called, what belongs to it, and what can be made one of it for certain. */
export interface JsonKind {
  readonly words: string;
  fits(value: unknown): boolean;
  /** The value as one of this kind; undefined when it cannot be told for certain. */
  coerce(value: unknown): unknown;
}

const yes = ['true', 't', 'yes', 'y', 'on', '1'];
const no = ['false', 'f', 'no', 'n', 'off', '0'];
const wholeNumber = /^[+-]?\d+(_\d+)*(\.0+)?$/;
const decimalNumber = /^[+-]?(\d+(_\d+)*(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const unbounded = /^([+-]?)inf(inity)?$/i;

/** Data without a class, as JSON gives it. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const jsonKinds: Readonly<Record<string, JsonKind>> = {
  string: {
    words: 'text',
    fits: (value) => typeof value === 'string',
    coerce: (value) => (typeof value === 'number' ? String(value) : undefined),
  },
  integer: {
    words: 'an integer',
    fits: Number.isInteger,
    coerce: (value) => (typeof value === 'boolean' ? Number(value) : readNumber(value, wholeNumber)),
  },
  number: {
    words: 'a number',
    fits: (value) => typeof value === 'number',
    coerce: (value) =>
      typeof value === 'boolean' ? Number(value) : (readNumber(value, decimalNumber) ?? readNonFinite(value)),
  },
  boolean: {
    words: 'true or false',
    fits: (value) => typeof value === 'boolean',
    coerce: (value) => {
      const text = typeof value === 'string' || typeof value === 'number' ? String(value).toLowerCase() : '';
      return yes.includes(text) || (no.includes(text) ? false : undefined);
    },
  },
  array: { words: 'an array', fits: Array.isArray, coerce: (value) => readJson(value, Array.isArray) },
  object: { words: 'an object', fits: isRecord, coerce: (value) => readJson(value, isRecord) },
  null: { words: 'null', fits: (value) => value === null, coerce: () => undefined },
};

/** The kind of that name; undefined for a word that is none. */
export function kindOf(name: string): JsonKind | undefined {
  return Object.hasOwn(jsonKinds, name) ? jsonKinds[name] : undefined;
}

function readNumber(value: unknown, form: RegExp): number | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return form.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}

/** The words of the reference for what JSON has no numbers for. */
function readNonFinite(value: unknown): number | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const [, sign] = unbounded.exec(text) ?? [];
  return sign === undefined ? undefined : Number(`${sign}Infinity`);
}

function readJson(value: unknown, fits: (value: unknown) => boolean): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    const read: unknown = JSON.parse(value);
    return fits(read) ? read : undefined;
  } catch {
    return undefined; // it is text, and stays what it is
  }
}
