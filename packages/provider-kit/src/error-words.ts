/** What a provider says of an error. */
export interface ErrorWords {
  readonly message: string;
  /** The provider's code or type, in lower case; both where there are both. */
  readonly codes: readonly string[];
  /** A status that stands in the body: proxies put it into `code`. */
  readonly status: number | undefined;
}

/** So deep do proxies put the error of what is behind them into their own. */
const MAX_DEPTH = 4;

/**
 * Reads the body of an error in the shapes that providers give it: `{ error: { message, type, code } }`,
 * `{ error: 'text' }`, the same without `error`, `{ errors: [...] }`, each of them inside of another, `{ detail }` as a
 * text or as a list of faults, plain text. Of a list of faults only what and where is kept, because the rest quotes
 * the request; a page of HTML says nothing. The words come whole: what is cut before the secrets are out of it may keep
 * half of one.
 */
export function errorWords(body: unknown): ErrorWords {
  const levels = levelsOf(body);
  const message = levels.map(wordsOf).find((words) => words !== '') ?? '';
  const records = levels.filter(isRecord);
  return {
    message: plainText(message),
    codes: records.map(codesOf).find(({ length }) => length > 0) ?? [],
    status: records.map(statusOf).find((status) => status !== undefined),
  };
}

/** An error and those that it is wrapped in, the innermost first. */
function levelsOf(body: unknown): unknown[] {
  const levels: unknown[] = [];
  for (let at = body; at != null && levels.length < MAX_DEPTH; at = inside(at)) levels.unshift(at);
  return levels;
}

function inside(level: unknown): unknown {
  if (!isRecord(level)) return undefined;
  const { error, errors } = level;
  return error ?? (Array.isArray(errors) ? errors[0] : undefined);
}

function wordsOf(level: unknown): string {
  if (!isRecord(level)) return typeof level === 'string' ? level : '';
  const { message, msg, detail, reason, errorMessage } = level;
  return [message, msg, detail, reason, errorMessage].map(toText).find((text) => text !== '') ?? '';
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(toText).filter(Boolean).join('; ');
  if (!isRecord(value)) return '';
  const where = Array.isArray(value.loc) ? value.loc.join('.') : '';
  const what = toText(value.msg ?? value.message);
  return where && what ? `${where}: ${what}` : what;
}

function plainText(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return /^<(!doctype|html|\?xml|head|body)/i.test(line) ? '' : line;
}

function codesOf({ code, type, error_type, errorCode }: Record<string, unknown>): string[] {
  return [code, type, error_type, errorCode].flatMap((one) =>
    typeof one === 'string' ? [one.toLowerCase()] : [],
  );
}

function statusOf({ code, status, status_code }: Record<string, unknown>): number | undefined {
  return [status, status_code, code].map(Number).find((n) => Number.isInteger(n) && n >= 400 && n < 600);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
