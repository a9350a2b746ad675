import { vi } from 'vitest';

/** Watches the timers that are set from now on. */
export function watchTimers(): { pending(): number; stop(): void } {
  const pending = new Set<unknown>();
  const [set, clear] = [globalThis.setTimeout, globalThis.clearTimeout];
  const setSpy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((
    work: (...args: unknown[]) => void,
    ...rest: [number, ...unknown[]]
  ) => {
    const timer = set(
      (...args: unknown[]) => {
        pending.delete(timer);
        work(...args);
      },
      ...rest,
    );
    pending.add(timer);
    return timer;
  }) as typeof setTimeout);
  const clearSpy = vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    pending.delete(timer);
    clear(timer as NodeJS.Timeout);
  });
  return {
    pending: () => pending.size,
    stop: () => {
      setSpy.mockRestore();
      clearSpy.mockRestore();
    },
  };
}
