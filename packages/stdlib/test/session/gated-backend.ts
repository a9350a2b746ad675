import { type ContextCall, GenerationCancelledError, type GenerationEvent } from '@melliflow/core';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';

/** A scripted backend whose answers come when the test lets them, in any order. */
export class GatedBackend extends ScriptedBackend {
  readonly gates: (() => void)[] = [];
  started = 0;

  constructor(script: readonly ScriptedAnswer[]) {
    super(script);
  }

  override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
    this.started += 1;
    const events = super._generateFromContext(call);
    // The answer is chosen, and the call recorded, in the order of the requests.
    const first = await events.next();
    await new Promise<void>((open, refuse) => {
      this.gates.push(open);
      const cancelled = { provider: this.provider, model: this.modelId };
      call.signal.addEventListener('abort', () => refuse(new GenerationCancelledError('aborted', cancelled)));
    });
    if (!first.done) yield first.value;
    yield* events;
  }

  /** Lets request number `index` (from 0) be answered, once it has arrived. */
  async answer(index: number): Promise<void> {
    while (this.gates.length <= index) await new Promise((resolve) => setImmediate(resolve));
    this.gates[index]?.();
  }
}
