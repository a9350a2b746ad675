/** What came of asking a server for JSON. */
export type Answer =
  | { readonly kind: 'json'; readonly value: unknown }
  /** It answered, but not with that. */
  | { readonly kind: 'other'; readonly status: number; readonly why: string }
  | { readonly kind: 'none'; readonly why: string };

/** A list of the models of a large provider is half of this. */
const LARGEST_BYTES = 4_000_000;

/** How a server is asked. */
export interface Asking {
  /** For connecting, waiting and reading together. */
  readonly timeoutMs: number;
  readonly key?: string | undefined;
}

/**
 * Asks for JSON and never throws. A server gains nothing by stalling, by sending without an end or by leading
 * elsewhere: a redirect is not followed. The connection is closed with the answer.
 */
export async function askJson(url: string, { timeoutMs, key }: Asking): Promise<Answer> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  try {
    const headers = {
      accept: 'application/json',
      connection: 'close',
      ...(key && { authorization: `Bearer ${key}` }),
    };
    const response = await fetch(url, { headers, redirect: 'manual', signal: stop.signal });
    const { status } = response;
    if (!response.ok) return { kind: 'other', status, why: whyNot(status) };
    const text = await readText(response);
    if (text === null) {
      return { kind: 'other', status, why: `its answer is longer than ${LARGEST_BYTES / 1_000_000} MB` };
    }
    const value = parsed(text);
    return value === undefined
      ? { kind: 'other', status, why: 'its answer is no JSON' }
      : { kind: 'json', value };
  } catch (error) {
    return { kind: 'none', why: stop.signal.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error) };
  } finally {
    clearTimeout(timer);
    stop.abort(); // what was not read is not wanted
  }
}

function whyNot(status: number): string {
  return status >= 300 && status < 400 ? 'it leads elsewhere, where nobody follows' : `it answers ${status}`;
}

/** The body; null where it is too long. */
async function readText({ body }: Response): Promise<string | null> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.byteLength;
    if (bytes > LARGEST_BYTES) return null;
    pieces.push(decoder.decode(piece, { stream: true }));
  }
  return pieces.join('') + decoder.decode();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The system's word for it, such as ECONNREFUSED; the message of an error may hold the address. */
function reasonOf(error: unknown): string {
  const { code, name } = ((error as Error).cause ?? error) as { code?: unknown; name?: unknown };
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND') return 'there is no such host';
  return `the connection fails (${String(code ?? name)})`;
}
