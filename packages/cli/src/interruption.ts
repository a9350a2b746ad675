import type { ProgramIo, StopSignal } from './program-io.js';

/** 128 and the number of the signal, as shells say it. */
const exitCodes: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** npm hands on a Ctrl-C that the terminal has sent us already: what follows this soon is the same key press. */
const SAME_PRESS_MS = 300;

/** How long an orderly end may take: a cancel has 1 s, a model that is still being loaded cannot be stopped. */
const PATIENCE_MS = 2000;

/** Whether and how the user wants the run ended. */
export interface Interruption {
  /** Aborts with the first signal. */
  readonly signal: AbortSignal;
  /** What to end with; null while no signal came. */
  readonly exitCode: number | null;
  /** Leaves the signals to Node again. */
  close(): void;
}

/** The first signal asks for an orderly end; a second one, or running out of patience, ends at once. */
export function watchSignals(io: Pick<ProgramIo, 'signals' | 'exit'>): Interruption {
  const stop = new AbortController();
  let exitCode: number | null = null;
  let lastMs = 0;
  let patience: NodeJS.Timeout | undefined;

  const listeners = (Object.keys(exitCodes) as StopSignal[]).map((name) => {
    const onSignal = (): void => {
      const code = exitCodes[name];
      const sinceMs = performance.now() - lastMs;
      lastMs = performance.now();
      if (exitCode === null) {
        exitCode = code;
        patience = setTimeout(() => io.exit(code), PATIENCE_MS);
        stop.abort(new Error(`The program got ${name}.`));
      } else if (sinceMs >= SAME_PRESS_MS) io.exit(code);
    };
    io.signals.on(name, onSignal);
    return { name, onSignal };
  });

  return {
    signal: stop.signal,
    get exitCode() {
      return exitCode;
    },
    close() {
      clearTimeout(patience);
      for (const { name, onSignal } of listeners) io.signals.off(name, onSignal);
    },
  };
}
