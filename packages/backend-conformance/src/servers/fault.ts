import type { Turnstile } from './turnstile.js';

/**
 * A way in which a server misbehaves. `after` counts the pieces of content (text, reasoning, parts of tool calls)
 * that are sent before; without it all of them are, and the end marker is not. Several faults of one reply add up.
 */
export type Fault =
  | StatusFault
  | StallFault
  /** Every byte is a packet of its own, so no character of more than one byte arrives whole. */
  | { readonly kind: 'split-utf8' }
  /** Lines end in CRLF. */
  | { readonly kind: 'crlf' }
  /** A comment line (a blank one, where the wire has no comments) stands before every event. */
  | { readonly kind: 'comments' }
  /** Every event waits for one pass of the turnstile. */
  | { readonly kind: 'drip'; readonly turnstile: Turnstile }
  /** The reply ends properly, as HTTP sees it, without the rest and the end marker. */
  | { readonly kind: 'cut'; readonly after?: number | undefined }
  /** The connection is reset. */
  | {
      readonly kind: 'reset';
      readonly after?: number | undefined;
      readonly beforeHeaders?: boolean | undefined;
    }
  | ErrorEventFault
  /** An event whose data is `null` stands among the others; a whole reply is `null`. */
  | { readonly kind: 'data-null'; readonly after?: number | undefined }
  /** An event that is no JSON stands among the others; a whole reply is none. */
  | { readonly kind: 'malformed-json'; readonly after?: number | undefined }
  /** An event with an empty list of choices stands among the others; a whole reply has none. */
  | { readonly kind: 'empty-choices'; readonly after?: number | undefined }
  /** Status 200 and nothing else. */
  | { readonly kind: 'empty-body' }
  /** Status 200 and a web page, as proxies give. */
  | { readonly kind: 'html' }
  /** The arguments of tool calls come in pieces of `size` characters. */
  | { readonly kind: 'tool-fragments'; readonly size: number }
  /** The arguments of the last tool call lack their second half. */
  | { readonly kind: 'truncated-tool-arguments' }
  /** The text is not what the format of the request asks for. */
  | { readonly kind: 'off-format' }
  /** A tool is called that was not offered. */
  | { readonly kind: 'unknown-tool' }
  /** The reply is whole, with its end marker, but the socket stays open. */
  | { readonly kind: 'left-open' };

/** An answer that is an error by its status. */
export interface StatusFault {
  readonly kind: 'status';
  readonly status: number;
  /** The `Retry-After` header: seconds or a date. */
  readonly retryAfter?: string | undefined;
  readonly message?: string | undefined;
  /** The provider's code for the error, such as `context_length_exceeded`. Default: the usual one of the status. */
  readonly code?: string | undefined;
  /** How the body is written: as the provider does (default), as vLLM or FastAPI do, as text, or not at all. */
  readonly shape?: 'provider' | 'vllm' | 'detail' | 'text' | 'empty' | undefined;
}

/** Silence until the test ends it. */
export interface StallFault {
  readonly kind: 'stall';
  /** How many pieces of content come before it; 0: headers only. Default: not even those. */
  readonly after?: number | undefined;
  readonly until: Turnstile;
  /** While it lasts, one comment line is sent per pass of this turnstile. */
  readonly keepAlive?: Turnstile | undefined;
}

/** An error told inside of a reply whose status is 200. */
export interface ErrorEventFault {
  readonly kind: 'error-event';
  readonly after?: number | undefined;
  readonly message?: string | undefined;
  readonly code?: string | undefined;
  /** Where the wire has named events: `event: error` with the bare error as its data. */
  readonly named?: boolean | undefined;
}

/** The faults that a wire has to know of while it writes a reply. */
export function faultOf<K extends Fault['kind']>(
  faults: readonly Fault[],
  kind: K,
): Extract<Fault, { kind: K }> | undefined {
  return faults.find((fault): fault is Extract<Fault, { kind: K }> => fault.kind === kind);
}
