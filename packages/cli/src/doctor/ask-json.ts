import * as http from 'node:http';
import * as https from 'node:https';

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
 * elsewhere. The connection is closed with the answer; of `fetch` one would stay for seconds.
 */
export async function askJson(url: string, { timeoutMs, key }: Asking): Promise<Answer> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  try {
    const response = await responseTo(url, key, stop.signal);
    const status = response.statusCode ?? 0;
    if (status !== 200) return { kind: 'other', status, why: whyNot(status) };
    const text = await readText(response);
    stop.signal.throwIfAborted();
    if (text === null) {
      return { kind: 'other', status, why: `its answer is longer than ${LARGEST_BYTES / 1_000_000} MB` };
    }
    const value = parsed(text);
    if (value === undefined) return { kind: 'other', status, why: 'its answer is no JSON' };
    return { kind: 'json', value };
  } catch (error) {
    return { kind: 'none', why: stop.signal.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error) };
  } finally {
    clearTimeout(timer);
    stop.abort(); // what was not read is not wanted
  }
}

/** The head of the answer; an abort closes the connection at any time. */
function responseTo(
  url: string,
  key: string | undefined,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const { Agent, get } = url.startsWith('https:') ? https : http;
  const headers = { accept: 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
  const proxyEnv = process.env.NODE_USE_ENV_PROXY === '1' ? process.env : undefined;
  const agent = new Agent({ keepAlive: false, ...{ proxyEnv } }); // an older Node has no proxies
  return new Promise((resolve, reject) => {
    get(url, { agent, headers, signal }, resolve)
      .on('error', reject)
      // Without an answer, as where it changes the protocol; after one this says nothing any more.
      .on('close', () => reject(Object.assign(new Error(), { code: 'closed' })));
  });
}

function whyNot(status: number): string {
  return status >= 300 && status < 400 ? 'it leads elsewhere, where nobody follows' : `it answers ${status}`;
}

/** The body; null where it is too long. */
async function readText(body: AsyncIterable<Uint8Array>): Promise<string | null> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  for await (const piece of body) {
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
  const { code, name } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND') return 'there is no such host';
  return `the connection fails (${code ?? name})`;
}
