import type { ContextCall, GenerationEvent } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';

/** Tells its first piece at once and the rest when it is opened; it notes when its source was closed. */
export class GatedBackend extends ScriptedBackend {
  /** Whether each call's signal was aborted when its source was closed, call after call. */
  readonly closed: boolean[] = [];
  #open = (): void => undefined;
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  open(): void {
    this.#open();
  }

  override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
    const { signal } = call;
    const stopped = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    let pieces = 0;
    try {
      for await (const event of super._generateFromContext(call)) {
        if (event.type === 'text' && pieces++ === 1) await Promise.race([this.#opened, stopped]);
        signal.throwIfAborted();
        yield event;
      }
    } finally {
      this.closed.push(signal.aborted);
    }
  }
}
