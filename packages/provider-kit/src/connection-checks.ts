import { wrongSetting } from './setting-checks.js';

/** What a client that the user made must be. */
export interface ClientRule {
  /** In words, such as `a client of the openai package (new OpenAI(…))`. */
  readonly must: string;
  fits(client: unknown): boolean;
  /** The settings that have no effect beside it, because they are set on the client. */
  readonly idle: readonly string[];
}

/** @throws TypeError for a client that is none, and for settings that it makes idle. */
export function checkClient(owner: string, settings: object, { must, fits, idle }: ClientRule): void {
  const given = settings as Readonly<Record<string, unknown>>;
  if (given.client === undefined) return;
  if (!fits(given.client)) throw wrongSetting(owner, 'client', must, given.client);
  const names = idle.filter((name) => given[name] !== undefined);
  if (names.length > 0) {
    throw new TypeError(`${owner}: ${names.join(', ')} must be set on the client that you give.`);
  }
}

/**
 * Checks what can stand in a header: keys read from a file often end in a line end.
 *
 * @throws TypeError without what it got: that may be a key all the same.
 */
export function checkKey(owner: string, name: string, key: unknown, also = ''): void {
  if (key === undefined || (typeof key === 'string' && /^[!-~]+$/.test(key))) return;
  throw new TypeError(`${owner}: ${name} must be a key (plain characters, no spaces or line ends)${also}.`);
}

/**
 * Checks headers, which stand on one line each.
 *
 * @throws TypeError with the name of the header, but without its value: that may be a key.
 */
export function checkHeaders(owner: string, name: string, headers: unknown): void {
  if (headers === undefined) return;
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw new TypeError(`${owner}: ${name} must be an object of texts.`);
  }
  for (const [header, value] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(header)) {
      throw new TypeError(`${owner}: ${name} has a name that no header can have.`);
    }
    if (typeof value === 'string' && /^[\t -~\x80-\xff]+$/.test(value)) continue;
    const must = 'a text that is not empty, on one line, in the characters of Latin-1';
    throw new TypeError(`${owner}: ${name}['${header}'] must be ${must}.`);
  }
}

/** @throws TypeError */
export function checkFormatter(owner: string, formatter: unknown): void {
  const { toChatMessages } = (formatter ?? {}) as { toChatMessages?: unknown };
  if (formatter === undefined || typeof toChatMessages === 'function') return;
  throw wrongSetting(owner, 'formatter', 'a ChatFormatter', formatter);
}
