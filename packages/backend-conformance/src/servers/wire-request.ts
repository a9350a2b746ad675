import type { IncomingMessage } from 'node:http';

/** A request as the server got it, and what became of it. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it came. */
  readonly text: string;
  /** The fields of a JSON or form body; empty when it is neither. */
  readonly body: Readonly<Record<string, unknown>>;
  /** `performance.now()` when the body was there. */
  readonly arrivedAt: number;
  /** How many events were sent so far. */
  readonly sent: number;
  /** Whether the reply was sent whole. */
  readonly finished: boolean;
  /** `performance.now()` when the socket closed; null while it is open. */
  readonly closedAt: number | null;
}

/** The record while it is written. */
export type OpenRequest = { -readonly [K in keyof WireRequest]: WireRequest[K] };

/** Reads a request whole. */
export async function readRequest(message: IncomingMessage): Promise<OpenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(message.url ?? '/', 'http://localhost');
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers),
    text,
    body: fieldsOf(text, message.headers['content-type'] ?? ''),
    arrivedAt: performance.now(),
    sent: 0,
    finished: false,
    closedAt: null,
  };
}

function fieldsOf(text: string, contentType: string): Record<string, unknown> {
  if (contentType.includes('x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // The text stays readable as `text`.
  }
}
