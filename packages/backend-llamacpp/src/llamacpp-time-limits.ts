import { GenerationTimeoutError } from '@melliflow/core';

/** How long to wait for what, each in ms; what is left out has no end. The loading of a model is not counted. */
export interface LlamaCppTimeouts {
  /** For the first token, as `firstChunkMs`: there are no headers in the same process. */
  readonly headersMs?: number | undefined;
  /** For the first token: for a free sequence, and until the prompt is read. */
  readonly firstChunkMs?: number | undefined;
  /** Between two pieces of text or thoughts. */
  readonly idleMs?: number | undefined;
  /** For one generation as a whole, each prompt of a batch by itself. */
  readonly totalMs?: number | undefined;
}

export const timeoutNames: readonly (keyof LlamaCppTimeouts)[] = [
  'headersMs',
  'firstChunkMs',
  'idleMs',
  'totalMs',
];

/** The limits of one generation. */
export interface LlamaCppTimeLimits {
  /** Aborts with the caller's, and with the error of a limit that ran out. */
  readonly signal: AbortSignal;
  /** A piece came. */
  progress(): void;
  /** The generation is over: no timer and no listener stays. */
  end(): void;
}

/** The most that a timer takes; a longer time is as good as none. */
const LONGEST_MS = 2 ** 31 - 1;

export function limitTime(
  timeouts: LlamaCppTimeouts,
  caller: AbortSignal,
  model: string,
): LlamaCppTimeLimits {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(caller.reason);
  if (caller.aborted) onAbort();
  caller.addEventListener('abort', onAbort);

  const start = (name: keyof LlamaCppTimeouts): NodeJS.Timeout | undefined => {
    const ms = timeouts[name];
    if (ms === undefined || ms > LONGEST_MS) return undefined;
    const message = `llamacpp: the model gave ${lacking[name]} within ${ms} ms (timeouts.${name}).`;
    const ranOut = (): void =>
      controller.abort(new GenerationTimeoutError(message, { provider: 'llamacpp', model }));
    return setTimeout(ranOut, ms);
  };
  const total = start('totalMs');
  const first = [start('headersMs'), start('firstChunkMs')];
  let idle: NodeJS.Timeout | undefined;
  const stop = (timers: readonly (NodeJS.Timeout | undefined)[]): void => {
    for (const timer of timers) clearTimeout(timer);
  };
  return {
    signal: controller.signal,
    progress() {
      stop(first);
      idle = idle?.refresh() ?? start('idleMs');
    },
    end() {
      stop([total, ...first, idle]);
      caller.removeEventListener('abort', onAbort);
    },
  };
}

const lacking: Readonly<Record<keyof LlamaCppTimeouts, string>> = {
  headersMs: 'no token',
  firstChunkMs: 'no token',
  idleMs: 'nothing more',
  totalMs: 'no whole answer',
};
