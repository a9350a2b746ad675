import {
  type GenerationEvent,
  PartialValidationResult,
  Requirement,
  ValidationResult,
} from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type StreamingTraits, streamWithChunking } from '../src/index.js';
import { Scheduled } from './support/no-leak-doubles.js';
import { drain, PlainContext } from './support/stream-doubles.js';

afterEach(() => setHookDispatcher(null));
const ctx = new PlainContext();

const chunking = fc.constantFrom(
  ...(['sentence', 'word', 'paragraph', 'intl-sentence', 'grapheme', 'markdown', 'code', 'delta'] as const),
);
const text = fc.constantFrom(
  'One ',
  'two. ',
  'Bad ',
  '\n\n',
  'ü',
  '😀',
  '. ',
  '```\na = 1;\n```\n',
  '你好。',
  ' ',
);
const said: fc.Arbitrary<GenerationEvent> = fc.oneof(
  { weight: 8, arbitrary: text.map((one) => ({ type: 'text' as const, text: one })) },
  text.map((one) => ({ type: 'thinking' as const, text: one })),
  fc.constantFrom('go', 'Bad').map((name) => ({ type: 'tool_call' as const, name, args: {} })),
);
const asked = fc.record({
  chunking: fc.option(chunking, { nil: undefined }),
  channels: fc.uniqueArray(fc.constantFrom('text' as const, 'thinking' as const, 'tool_call' as const)),
  stateless: fc.boolean(),
  isSync: fc.boolean(),
  throwsAt: fc.option(fc.nat({ max: 9 }), { nil: -1, freq: 4 }),
});
const stories = fc.record({
  chunking,
  release: fc.constantFrom('strict' as const, 'optimistic' as const, { window: 3 }),
  retry: fc.option(
    fc.record({
      attempts: fc.integer({ min: 1, max: 3 }),
      mode: fc.constantFrom('restart' as const, 'resume' as const),
    }),
    { nil: undefined },
  ),
  script: fc.array(fc.array(said, { maxLength: 14 }), { minLength: 3, maxLength: 3 }),
  asked: fc.array(asked, { maxLength: 3 }),
  prefill: fc.boolean(),
  stop: fc.constantFrom('no', 'cancel', 'abort', 'cancel the thunk'),
  stopAt: fc.nat({ max: 40 }),
  refuseAt: fc.option(fc.nat({ max: 12 }), { nil: -1, freq: 3 }),
  turns: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 7 }),
});

class Checks extends Requirement {
  readonly init: StreamingTraits & { isSync: boolean; throwsAt: number; turn: () => Promise<void> };
  count = 0;
  constructor(init: Checks['init']) {
    super('no bad words');
    this.init = init;
    Object.assign(this, { chunking: init.chunking, channels: init.channels, stateless: init.stateless });
  }
  override streamValidate(chunk: string): PartialValidationResult | Promise<PartialValidationResult> {
    const { isSync, throwsAt, turn } = this.init;
    const verdict = (): PartialValidationResult => {
      if (this.count++ === throwsAt) throw new Error('the check broke');
      return new PartialValidationResult(chunk.includes('Bad') ? 'fail' : 'pass');
    };
    return isSync ? verdict() : turn().then(verdict);
  }
  override async validate(): Promise<ValidationResult> {
    await this.init.turn();
    return new ValidationResult(true);
  }
}

/** What came, and whether it ended in an error. */
async function read<T>(source: AsyncIterable<T>): Promise<{ items: T[]; rejected: boolean }> {
  const items: T[] = [];
  try {
    for await (const item of source) items.push(item);
  } catch {
    return { items, rejected: true };
  }
  return { items, rejected: false };
}

describe('any stream, stopped anywhere', () => {
  it('property: tells one story to all readers, ends once, and leaves no listener behind', async () => {
    const property = fc.asyncProperty(stories, async (story) => {
      let turns = 0;
      const turn = async (): Promise<void> => {
        const count = story.turns[turns++ % story.turns.length] as number;
        for (let i = 0; i < count; i += 1) await null;
      };
      let events = 0;
      const dispatch = async <P>(_: string, payload: P): Promise<P> => {
        await turn();
        if (events++ === story.refuseAt) throw new Error('the plugin refuses');
        return payload;
      };
      const hears = { has: (type: string) => type === 'streaming_event', dispatch };
      setHookDispatcher(story.refuseAt < 0 ? null : { capture: () => hears });

      const controller = new AbortController();
      const { signal } = controller;
      let listeners = 0;
      const { addEventListener, removeEventListener } = signal;
      signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
        listeners += 1;
        addEventListener.apply(signal, given);
      };
      signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
        listeners -= 1;
        removeEventListener.apply(signal, given);
      };
      const { chunking, release, retry, script, prefill, stop } = story;
      const requirements = story.asked.map((init) => new Checks({ ...init, turn }));
      const backend = new Scheduled(script, turn, prefill);
      const options = { chunking, release, retry, requirements, signal };
      const stream = await streamWithChunking('go', backend, ctx, options);
      const stopping = (async () => {
        for (let i = 0; i < story.stopAt; i += 1) await turn();
        if (stop === 'cancel') await stream.cancel();
        if (stop === 'abort') controller.abort();
        if (stop === 'cancel the thunk') await stream.thunk.cancelGeneration();
      })();
      const reading = [read(stream.astream({ separators: true })), read(stream)] as const;
      const told = await read(stream.events());
      const [pieces, chunks] = await Promise.all(reading);
      await Promise.all([stopping, stream.acomplete().catch(() => undefined)]);
      await drain();

      const { verdict } = stream.account;
      const isError = verdict === 'error';
      expect([told.rejected, pieces.rejected, chunks.rejected]).toEqual([false, isError, isError]);
      if (verdict === 'cancelled') expect(stop).toMatch('cancel');
      expect(told.items.filter(({ type }) => type === 'completed')).toEqual([told.items.at(-1)]);
      expect(told.items.at(-1)).toMatchObject({ success: stream.completed, fullText: stream.fullText });
      const shown: string[] = [];
      const settled = { text: 0, thinking: 0, tool_call: 0 };
      for (const event of told.items) {
        if (event.type === 'settled') {
          expect(event.chunkIndex).toBeGreaterThanOrEqual(settled[event.channel]);
          settled[event.channel] = event.chunkIndex + 1;
          if (event.channel === 'text') expect(event.chunkIndex).toBeLessThan(shown.length);
        }
        if (event.type === 'retract') expect(event.chunkIndex).toBeGreaterThanOrEqual(settled[event.channel]);
        if (event.type === 'retract' && event.channel === 'text') shown.length = event.chunkIndex;
        if (event.type !== 'chunk') continue;
        expect(event.chunkIndex).toBe(shown.length);
        shown.push(event.text);
      }
      expect(shown).toEqual(chunks.items);
      if (release === 'optimistic' && !retry) expect(settled.text).toBe(shown.length);
      expect(pieces.items.map((piece) => piece.text).join('')).toBe(stream.fullText);
      expect(stream.asThunk.value).toBe(stream.fullText);
      expect(signal.aborted ? 0 : listeners).toBe(0);
    });
    await fc.assert(property, { numRuns: 400 });
  });
});
