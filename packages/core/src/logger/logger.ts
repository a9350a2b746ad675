/** Takes what the library has to say; `console` fits. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** One slot for the process, shared by all copies of core. */
const SLOT = Symbol.for('@melliflow/core/logger');
type Slot = { [SLOT]?: Logger };

/** Sets where the library logs to; `null` makes it silent again, as it is at first. */
export function setLogger(logger: Logger | null): void {
  if (logger === null) delete (globalThis as Slot)[SLOT];
  else (globalThis as Slot)[SLOT] = logger;
}

/** Logs, if anybody listens. A logger that throws must not change what it is told about. */
export function log(level: keyof Logger, message: string, fields?: Readonly<Record<string, unknown>>): void {
  try {
    (globalThis as Slot)[SLOT]?.[level](message, fields);
  } catch {
    return;
  }
}

/** The logger that was set, or null. */
export function currentLogger(): Logger | null {
  return (globalThis as Slot)[SLOT] ?? null;
}
