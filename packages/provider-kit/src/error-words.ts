/** What a provider says of an error. */
export interface ErrorWords {
  readonly message: string;
  /** The provider's code or type, in lower case; both where there are both. */
  readonly codes: readonly string[];
  /** A status that stands in the body: proxies put it into `code`. */
  readonly status: number | undefined;
}

const MAX_LENGTH = 500;

/**
 * Reads the body of an error in the shapes that providers give it: `{ error: { message, type, code } }`,
 * `{ error: 'text' }`, the same without `error`, `{ errors: [...] }`, `{ detail }` as a text or as a list of faults,
 * plain text. Of a list of faults only what and where is kept, because the rest quotes the request; a page of HTML
 * says nothing.
 */
export function errorWords(body: unknown): ErrorWords {
  if (typeof body === 'string') return { message: plainText(body), codes: [], status: undefined };
  if (!isRecord(body)) return { message: '', codes: [], status: undefined };
  const inner = body.error ?? (Array.isArray(body.errors) ? body.errors[0] : undefined) ?? body;
  if (typeof inner === 'string') return { ...errorWords(inner), codes: codesOf(body) };
  const facts = isRecord(inner) ? inner : {};
  const message = [facts.message, facts.msg, facts.detail, facts.reason]
    .map(toText)
    .find((text) => text !== '');
  return { message: plainText(message ?? ''), codes: codesOf(facts), status: statusOf(facts) };
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
  if (/^<(!doctype|html|\?xml|head|body)/i.test(line)) return '';
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}

function codesOf(facts: Record<string, unknown>): string[] {
  return [facts.code, facts.type].flatMap((code) => (typeof code === 'string' ? [code.toLowerCase()] : []));
}

function statusOf({ code, status, status_code }: Record<string, unknown>): number | undefined {
  return [status, status_code, code].map(Number).find((n) => Number.isInteger(n) && n >= 400 && n < 600);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
