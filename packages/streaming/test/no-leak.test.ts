import type { GenerationEvent } from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ReleaseMode,
  type StreamChannel,
  type StreamEvent,
  type StreamingTraits,
  streamWithChunking,
} from '../src/index.js';
import { fixed, Passed, Scheduled, Watches } from './support/no-leak-doubles.js';
import { collect, drain, PlainContext } from './support/stream-doubles.js';

const channels: readonly StreamChannel[] = ['text', 'thinking', 'tool_call'];
const FIRST = 0x4e00; // every character of a model's output is another one from here on
const tracked = (text: string): string[] => [...text].filter((one) => one.charCodeAt(0) >= FIRST);

const chunkings: readonly StreamingTraits['chunking'][] = [
  undefined,
  'word',
  'sentence',
  'paragraph',
  fixed(3),
  fixed(1000),
];
const releases: readonly ReleaseMode[] = ['strict', 'optimistic', { window: 3 }];
const requirement = fc.record({
  chunking: fc.constantFrom(...chunkings),
  channels: fc.subarray([...channels], { minLength: 1 }),
  stateless: fc.boolean(),
  slow: fc.boolean(),
});
/** An event of a script: so many characters of a channel, and what stands behind them. */
const piece = fc.record({
  channel: fc.constantFrom<StreamChannel>('text', 'text', 'text', 'thinking', 'tool_call'),
  count: fc.integer({ min: 0, max: 4 }),
  tail: fc.constantFrom('', '', ' ', '. ', '\n\n'),
});
const given = fc.record({
  attempts: fc.array(fc.array(piece, { maxLength: 12 }), { minLength: 1, maxLength: 3 }),
  requirements: fc.array(requirement, { maxLength: 3 }),
  bad: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 2 }),
  chunking: fc.constantFrom('word' as const, 'sentence' as const, 'paragraph' as const, fixed(2)),
  release: fc.constantFrom(...releases),
  mode: fc.constantFrom('restart' as const, 'resume' as const),
  prefill: fc.boolean(),
  structured: fc.boolean(),
  plugin: fc.boolean(),
  cancelAfter: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 4 }),
});

/** The script's events, each character new. */
function scriptOf(attempts: readonly (readonly { channel: StreamChannel; count: number; tail: string }[])[]) {
  let next = FIRST;
  return attempts.map((pieces) =>
    pieces.map(({ channel, count, tail }): GenerationEvent => {
      const text = Array.from({ length: count }, () => String.fromCharCode(next++)).join('') + tail;
      return channel === 'tool_call'
        ? { type: 'tool_call', name: 'send', args: { text } }
        : { type: channel, text };
    }),
  );
}

const shownText = (event: StreamEvent): [StreamChannel, number, string] | null => {
  if (event.type === 'chunk') return ['text', event.chunkIndex, event.text];
  if (event.type === 'thinking') return ['thinking', event.chunkIndex, event.text];
  if (event.type === 'tool_call') return ['tool_call', event.chunkIndex, JSON.stringify(event.args)];
  return null;
};

const unhandled: unknown[] = [];
const remember = (reason: unknown): unknown => unhandled.push(reason);
beforeEach(() => {
  process.on('unhandledRejection', remember);
});
afterEach(async () => {
  setHookDispatcher(null);
  await drain();
  process.off('unhandledRejection', remember);
  expect(unhandled).toEqual([]);
});

describe('nothing leaks', () => {
  it('property: no reader gets a character before its verdict, or it is taken back; all channels and modes', async () => {
    const seen = { cleared: 0, failed: 0, retried: 0, resumed: 0, retracted: 0, done: 0 };
    await fc.assert(
      fc.asyncProperty(given, fc.scheduler(), async (facts, s) => {
        const wait = (label: string): Promise<void> => s.schedule(Promise.resolve(), label);
        const passed = new Passed();
        const running = { most: 0 };
        const bad = new Set(facts.bad.map((one) => String.fromCharCode(FIRST + one)));
        const requirements = facts.requirements.map(
          ({ slow, ...traits }, index) =>
            new Watches({ ...traits, index, bad, shared: { passed, running, wait: slow ? wait : null } }),
        );
        const hasPassed = (channel: StreamChannel, text: string): boolean =>
          tracked(text).every((character) =>
            requirements.every(
              ({ index, channels: watched }) =>
                !watched.includes(channel) || passed.of(index, channel).has(character),
            ),
          );
        // A plugin that takes its time with each event.
        const scope = {
          has: (type: string) => type === 'streaming_event',
          dispatch: async <P>(_: unknown, payload: P): Promise<P> => {
            await wait('plugin');
            return payload;
          },
        };
        setHookDispatcher(facts.plugin ? { capture: () => scope } : null);
        const backend = new Scheduled(scriptOf(facts.attempts), wait, facts.prefill);
        const stream = await streamWithChunking('go', backend, new PlainContext(), {
          requirements,
          chunking: facts.chunking,
          release: facts.release,
          retry: { attempts: facts.attempts.length, mode: facts.mode },
          // No JSON comes of it, but until that is known the text that passed is read as such.
          format: facts.structured && facts.mode === 'restart' ? { type: 'array' } : undefined,
        });

        // At the very moment when it is put where readers are: a reader itself comes later.
        const leaks: string[] = [];
        const { outbox } = stream._run;
        const { chunks, cleared, pieces } = stream._run.readers;
        const pushChunk = chunks.push.bind(chunks);
        chunks.push = (text) => {
          if (!hasPassed('text', text)) leaks.push(`astream: ${text}`);
          pushChunk(text);
        };
        const pushCleared = cleared.push.bind(cleared);
        cleared.push = (text) => {
          if (!hasPassed('text', text)) leaks.push(`partials: ${text}`);
          seen.cleared += 1;
          pushCleared(text);
        };
        const pushEvent = outbox.events.push.bind(outbox.events);
        outbox.events.push = (event) => {
          const shown = shownText(event);
          if (shown && facts.release !== 'optimistic' && !hasPassed(shown[0], shown[2]))
            leaks.push(`${event.type}: ${shown[2]}`);
          if (!hasPassed('text', stream.fullText)) leaks.push(`fullText: ${stream.fullText}`);
          pushEvent(event);
        };
        const ended = stream
          .acomplete()
          .catch((error: Error) => expect(error.name).toBe('ComponentParseError'));

        if (facts.cancelAfter !== null) {
          let steps = facts.cancelAfter;
          const later = async (): Promise<void> => {
            while (steps-- > 0) await wait('cancel');
            await stream.cancel();
          };
          await s.waitFor(Promise.all([later(), ended]));
        } else await s.waitFor(ended);

        const events = await collect(stream.events());
        const view: Record<StreamChannel, string[]> = { text: [], thinking: [], tool_call: [] };
        for (const event of events) {
          const shown = shownText(event);
          if (shown) {
            expect(shown[1], 'chunks are numbered without a gap').toBe(view[shown[0]].length);
            view[shown[0]].push(shown[2]);
          }
          if (event.type === 'retract') {
            expect(view[event.channel].length, 'only what was shown is taken back').toBeGreaterThan(
              event.chunkIndex,
            );
            view[event.channel].length = event.chunkIndex;
            seen.retracted += 1;
          }
          if (event.type === 'retry') seen.retried += 1;
        }
        expect(leaks).toEqual([]);
        for (const channel of channels) {
          for (const text of view[channel])
            expect(hasPassed(channel, text), `${channel}: ${text}`).toBe(true);
        }
        expect(chunks.items, 'text readers have what stands').toEqual(view.text);
        expect(running.most, 'a clone with state is asked one after the other').toBeLessThanOrEqual(1);
        expect(pieces.items.map(({ text }) => text).join(''), 'nothing is lost between').toBe(
          stream.fullText,
        );
        expect(pieces.items.flatMap(({ type, text }) => (type === 'chunk' ? [text] : []))).toEqual(view.text);
        expect(hasPassed('text', stream.fullText)).toBe(true);
        expect(events.at(-1)).toMatchObject({
          type: 'completed',
          success: stream.completed,
          fullText: stream.fullText,
        });
        if (stream.completed) {
          seen.done += 1;
          expect(tracked(view.text.join(''))).toEqual(tracked(stream.fullText));
          if (events.some(({ type }) => type === 'retry') && facts.mode === 'resume') seen.resumed += 1;
        }
        if (stream.streamingFailures.length > 0) seen.failed += 1;
      }),
      { numRuns: 1500, seed: 7 },
    );
    // The cases that it is about do happen.
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(10);
  });
});
