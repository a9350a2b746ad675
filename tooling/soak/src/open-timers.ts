/**
 * The timers that a program has set and that are still to come, with the place where each was set. Node's own list has
 * only those that keep a process alive; one that was told not to is as much of a leak.
 */
export class OpenTimers {
  readonly open: Map<unknown, Error> = new Map();
  /** @internal */
  readonly _own = { setTimeout, setInterval, clearTimeout, clearInterval };

  constructor() {
    const { open, _own: own } = this;
    const started = <T>(timer: T): T => {
      open.set(timer, new Error('set here'));
      return timer;
    };
    const setOnce = (work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): NodeJS.Timeout => {
      const timer = own.setTimeout(() => {
        open.delete(timer);
        work(...args);
      }, ms);
      return started(timer);
    };
    const cleared =
      (clear: (timer?: NodeJS.Timeout) => void) =>
      (timer?: NodeJS.Timeout): void => {
        open.delete(timer);
        clear(timer);
      };
    Object.assign(globalThis, {
      setTimeout: Object.assign(setOnce, own.setTimeout),
      setInterval: (...given: Parameters<typeof setInterval>) => started(own.setInterval(...given)),
      clearTimeout: cleared(own.clearTimeout),
      clearInterval: cleared(own.clearInterval),
    });
  }

  /** Where each was set. */
  places(): string[] {
    return [...this.open.values()].map(({ stack = '' }) => stack.split('\n').slice(2, 5).join(' '));
  }

  stop(): void {
    Object.assign(globalThis, this._own);
  }
}
