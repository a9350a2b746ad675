import {
  Backend,
  type BackendCapabilities,
  type ContextCall,
  type GenerationEvent,
  PartialValidationResult,
  type RawItem,
  Requirement,
  type StreamValidationIo,
  ValidationResult,
} from '@melliflow/core';
import { defaultCapabilities } from '@melliflow/core/implement';
import type {
  ChannelValidationIo,
  ChunkingStrategy,
  StreamChannel,
  StreamingTraits,
} from '../../src/index.js';

/** Lets a step of the test's own scheduler decide when something goes on. */
export type Wait = (label: string) => Promise<void>;

/** Chunks of so many characters, white space included. */
export const fixed = (size: number): ChunkingStrategy => ({
  name: `fixed ${size}`,
  start: () => {
    let held = '';
    let start = 0;
    const cut = (least: number) => {
      const segments = [];
      while (held.length >= least && held !== '') {
        const text = held.slice(0, size);
        held = held.slice(size);
        segments.push({ text, start, end: start + text.length });
        start += text.length;
      }
      return segments;
    };
    return {
      push: (delta) => {
        held += delta;
        return cut(size);
      },
      flush: () => cut(1),
    };
  },
});

/** Which characters passed, by requirement and channel. */
export class Passed {
  readonly sets: Map<string, Set<string>> = new Map();
  of(requirement: number, channel: StreamChannel): Set<string> {
    const key = `${requirement} ${channel}`;
    const set = this.sets.get(key) ?? new Set();
    this.sets.set(key, set);
    return set;
  }
}

/** Fails chunks with a bad character, after a wait; notes what passed at the moment when its verdict is given. */
export class Watches extends Requirement implements StreamingTraits {
  readonly index: number;
  readonly chunking: StreamingTraits['chunking'];
  readonly channels: readonly StreamChannel[];
  readonly stateless: boolean;
  readonly bad: { has(character: string): boolean };
  readonly shared: { passed: Passed; wait: Wait | null; running: { most: number } };
  readonly state = { running: 0 };

  constructor(init: Pick<Watches, 'index' | 'chunking' | 'channels' | 'stateless' | 'bad' | 'shared'>) {
    super(`requirement ${init.index}`, { validationFn: () => true });
    this.index = init.index;
    this.chunking = init.chunking;
    this.channels = init.channels;
    this.stateless = init.stateless;
    this.bad = init.bad;
    this.shared = init.shared;
  }

  override streamValidate(
    chunk: string,
    io: StreamValidationIo,
  ): PartialValidationResult | Promise<PartialValidationResult> {
    const { channel } = io as ChannelValidationIo;
    const { passed, wait, running } = this.shared;
    const decide = (): PartialValidationResult => {
      if ([...chunk].some((character) => this.bad.has(character)))
        return new PartialValidationResult('fail', { reason: `requirement ${this.index}` });
      for (const character of chunk) passed.of(this.index, channel).add(character);
      return new PartialValidationResult('pass');
    };
    if (!wait) return decide();
    this.state.running += 1;
    if (!this.stateless) running.most = Math.max(running.most, this.state.running);
    return wait(`verdict ${this.index}`).then(() => {
      this.state.running -= 1;
      return decide();
    });
  }

  override async validate(): Promise<ValidationResult> {
    return new ValidationResult(true);
  }
}

/** Tells a script of events per call, each when the scheduler lets it. */
export class Scheduled extends Backend {
  readonly provider = 'scheduled';
  readonly modelId = 'scheduled';
  override readonly capabilities: BackendCapabilities;
  readonly script: readonly (readonly GenerationEvent[])[];
  readonly wait: Wait;
  calls = 0;
  constructor(script: readonly (readonly GenerationEvent[])[], wait: Wait, prefill: boolean) {
    super();
    this.script = script;
    this.wait = wait;
    this.capabilities = { ...defaultCapabilities, prefill };
  }
  async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
    const events = this.script[this.calls++] ?? [];
    for (const event of events) {
      await this.wait('event');
      if (call.signal.aborted) return;
      yield event;
    }
    yield { type: 'finish', reason: 'stop' };
  }
  async _generateFromRaw(): Promise<RawItem[]> {
    return [];
  }
}
