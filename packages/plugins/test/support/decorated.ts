import { HookType, type SamplingLoopStartPayload } from '@melliflow/core';
import { on, Plugin } from '../../src/index.js';

/** Compiled by the test, since Node does not read decorators yet. */
export class Counter extends Plugin {
  readonly seen: string[] = [];

  @on(HookType.SAMPLING_LOOP_START, { mode: 'transform', priority: 3 })
  start({ loopBudget }: SamplingLoopStartPayload): void {
    this.seen.push(`start ${loopBudget}`);
  }

  @on(HookType.SAMPLING_LOOP_END)
  end(): void {
    this.seen.push('end');
  }
}

export class Doubled extends Counter {
  override start(): void {
    this.seen.push('doubled start');
  }

  @on(HookType.SAMPLING_LOOP_END, { mode: 'audit' })
  override end(): void {
    this.seen.push('doubled end');
  }
}
