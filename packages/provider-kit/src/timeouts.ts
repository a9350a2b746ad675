import { checkNumbers } from './setting-checks.js';

/** How long to wait for what, each in ms; `Infinity` waits for ever. What is left out has its default. */
export interface TimeoutSettings {
  /** For the reply's headers. An answer that is not streamed is complete by then. Default 600,000. */
  headersMs?: number | undefined;
  /** From the headers to the first content. Default 600,000. */
  firstChunkMs?: number | undefined;
  /** Between two pieces of content; keep-alives of the server do not count. Default 300,000. */
  idleMs?: number | undefined;
  /** For the whole call, retries and the waits before them included. Default `Infinity`. */
  totalMs?: number | undefined;
}

/** Every timeout of a call, in ms. */
export interface Timeouts {
  readonly headersMs: number;
  readonly firstChunkMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

export const defaultTimeouts: Timeouts = {
  headersMs: 600_000,
  firstChunkMs: 600_000,
  idleMs: 300_000,
  totalMs: Number.POSITIVE_INFINITY,
};

/**
 * The timeouts with their defaults.
 *
 * @param owner Whose settings they are, for the message, such as `OpenAIBackend`.
 * @throws TypeError for a name that is none, and for what is not a number above 0.
 */
export function resolveTimeouts(owner: string, settings: TimeoutSettings | undefined): Timeouts {
  const given = checkNumbers(owner, 'timeouts', settings, defaultTimeouts, {
    must: 'a number of ms above 0, or Infinity',
    fits: (ms) => ms > 0,
  });
  return { ...defaultTimeouts, ...given };
}
