import { PartialValidationResult, Requirement } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { type StreamEvent, type Streamer, stream } from '../src/index.js';
import { collect, Forbids, failureOf, PlainContext } from './support/stream-doubles.js';

const ctx = new PlainContext();
const endless = { deltas: ['One. T', 'wo. Th', 'ree.'], hangs: true };

describe('stream()', () => {
  it('gives each piece as the model sent it', async () => {
    const backend = new ScriptedBackend([{ deltas: ['On', 'e. T', 'wo.'] }]);
    const streamer = await stream('Go.', backend, ctx);
    expect(await collect(streamer)).toEqual(['On', 'e. T', 'wo.']);
    expect([streamer.result.completed, streamer.result.fullText]).toEqual([true, 'One. Two.']);
    expect(await collect(streamer)).toEqual(['On', 'e. T', 'wo.']);
  });

  it('cuts as it is told, and nobody sees what failed', async () => {
    const backend = new ScriptedBackend([endless]);
    const options = { requirements: [new Forbids('Two')], chunking: 'sentence' } as const;
    const streamer = await stream('Go.', backend, ctx, options);
    expect(await collect(streamer)).toEqual(['One.']);
    expect(streamer.result.streamingFailures[0]?.[1].reason).toBe('said Two');
  });

  it('a requirement with a chunking of its own holds back what the model sends', async () => {
    class WholeSentences extends Requirement {
      readonly chunking = 'sentence';
      override streamValidate(chunk: string) {
        return new PartialValidationResult(chunk === 'Two.' ? 'fail' : 'pass');
      }
    }
    const backend = new ScriptedBackend([{ deltas: ['On', 'e.', ' T', 'wo.', ' Three.'], hangs: true }]);
    const streamer = await stream('Go.', backend, ctx, { requirements: [new WholeSentences('x')] });
    expect(await collect(streamer)).toEqual(['On', 'e.']);
  });

  it('gives events where they are asked for', async () => {
    const backend = new ScriptedBackend([{ deltas: ['One.'] }]);
    const streamer = await stream('Go.', backend, ctx, { asEvents: true });
    expectTypeOf(streamer).toEqualTypeOf<Streamer<string, StreamEvent>>();
    expect((await collect(streamer)).map(({ type }) => type)).toEqual([
      'chunk',
      'streaming_done',
      'completed',
    ]);
  });

  it('knows the type of a format', async () => {
    const format = z.object({ id: z.number() });
    const texts = await stream('Go.', new ScriptedBackend([{ deltas: ['{"id": 1}'] }]), ctx, { format });
    expectTypeOf(texts).toEqualTypeOf<Streamer<{ id: number }>>();
    expect(await collect(texts)).toEqual(['{"id": 1}']);
    const backend = new ScriptedBackend([{ deltas: ['{"id": 1}'] }]);
    const events = await stream('Go.', backend, ctx, { format, asEvents: true });
    expectTypeOf(events).toEqualTypeOf<Streamer<{ id: number }, StreamEvent>>();
    await collect(events);
    expect(events.result.asThunk.parsedRepr).toEqual({ id: 1 });
  });

  it('rejects its loop with what made it fail', async () => {
    const backend = new ScriptedBackend([{ deltas: ['One.'], error: new Error('boom') }]);
    const streamer = await stream('Go.', backend, ctx);
    expect((await failureOf(collect(streamer))).message).toBe('scripted: boom');
  });
});

describe('leaving a stream', () => {
  it.each([false, true] as const)(
    'the loop, by break: it is over before the next line (events: %s)',
    async (asEvents) => {
      const backend = new ScriptedBackend([endless]);
      const streamer: Streamer<string, unknown> = asEvents
        ? await stream('Go.', backend, ctx, { asEvents })
        : await stream('Go.', backend, ctx);
      for await (const _ of streamer) break;
      expect(backend.calls[0]?.signal.aborted).toBe(true);
      expect(streamer.result.account.verdict).toBe('cancelled');
    },
  );

  it('the loop, by a throw', async () => {
    const backend = new ScriptedBackend([endless]);
    const streamer = await stream('Go.', backend, ctx);
    const read = async (): Promise<void> => {
      for await (const text of streamer) throw new Error(`no ${text}`);
    };
    expect((await failureOf(read())).message).toBe('no One. T');
    expect([backend.calls[0]?.signal.aborted, streamer.result.completed]).toEqual([true, false]);
  });

  it('the loop, while it waits for the next piece', async () => {
    const backend = new ScriptedBackend([{ deltas: [], hangs: true }]);
    const reader = (await stream('Go.', backend, ctx))[Symbol.asyncIterator]();
    const next = reader.next();
    expect(await reader.return?.()).toEqual({ done: true, value: undefined });
    expect(await next).toEqual({ done: true, value: undefined });
    expect(backend.calls[0]?.signal.aborted).toBe(true);
  });

  it('the block of await using, without reading', async () => {
    const backend = new ScriptedBackend([endless]);
    let left: Streamer;
    {
      await using streamer = await stream('Go.', backend, ctx);
      left = streamer;
    }
    expect([backend.calls[0]?.signal.aborted, left.result.account.verdict]).toEqual([true, 'cancelled']);
  });

  it('after its end changes nothing', async () => {
    const backend = new ScriptedBackend([{ deltas: ['One.'] }]);
    const streamer = await stream('Go.', backend, ctx);
    await streamer.result.acomplete();
    for await (const _ of streamer) break;
    await streamer.cancel();
    expect([streamer.result.completed, streamer.result.account.verdict]).toEqual([true, 'unchecked']);
  });

  it('ends the validators too, and cancel() does the same', async () => {
    const seen: AbortSignal[] = [];
    class Slow extends Requirement {
      override streamValidate(
        _: string,
        { signal }: { signal: AbortSignal },
      ): Promise<PartialValidationResult> {
        seen.push(signal);
        return new Promise(() => undefined);
      }
    }
    const streamer = await stream('Go.', new ScriptedBackend([endless]), ctx, {
      requirements: [new Slow('x')],
    });
    const all = collect(streamer);
    await streamer.cancel();
    expect(await all).toEqual([]);
    expect(seen.every((signal) => signal.aborted)).toBe(true);
  });
});
