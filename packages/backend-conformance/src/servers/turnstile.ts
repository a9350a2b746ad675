/**
 * Holds back what a server does until the test lets it pass: stalls and drips have no timers.
 *
 * @example
 * const gate = new Turnstile();
 * server.reply({ deltas: ['a', 'b'], fault: { kind: 'stall', after: 1, until: gate } });
 * gate.pass(); // now 'b' is sent
 */
export class Turnstile {
  /** @internal */
  _free = 0;
  /** @internal */
  readonly _waiting: Set<() => void> = new Set();

  /** Lets the next `count` waits through, those that wait already first. */
  pass(count = 1): void {
    this._free += count;
    for (const go of this._waiting) {
      if (this._free === 0) return;
      this._free -= 1;
      this._waiting.delete(go);
      go();
    }
  }

  /** Lets everything through from now on. */
  open(): void {
    this.pass(Number.POSITIVE_INFINITY);
  }

  /** How many wait now. */
  get waiting(): number {
    return this._waiting.size;
  }

  /** Resolves when it is this one's turn, or when `leave` aborts, which uses up no pass. */
  async wait(leave?: AbortSignal): Promise<void> {
    if (leave?.aborted) return;
    if (this._free > 0) {
      this._free -= 1;
      return;
    }
    await new Promise<void>((resolve) => {
      const end = (): void => {
        leave?.removeEventListener('abort', end);
        this._waiting.delete(end);
        resolve();
      };
      this._waiting.add(end);
      leave?.addEventListener('abort', end, { once: true });
    });
  }
}
