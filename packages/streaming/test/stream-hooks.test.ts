import type { HookContext, HookPayloads, HookType, PartialValidationResult } from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JsonChunker, streamWithChunking } from '../src/index.js';
import { collect, Forbids, failureOf, PlainContext } from './support/stream-doubles.js';

afterEach(() => setHookDispatcher(null));
const ctx = new PlainContext();
const story = ['One. T', 'wo. Th', 'ree.'];

interface Told {
  type: HookType;
  payload: HookPayloads[HookType];
  context: HookContext;
}

/** Makes this the only plugin, for the streaming hooks; what `act` throws is what a plugin throws. */
function listen(act: (type: HookType, payload: HookPayloads[HookType]) => void = () => undefined): Told[] {
  const told: Told[] = [];
  setHookDispatcher({
    capture: () => ({
      has: (type) => type.startsWith('streaming_'),
      dispatch: async (type, payload, context) => {
        told.push({ type, payload, context });
        act(type, payload);
        return payload;
      },
    }),
  });
  return told;
}

const eventTypes = (told: Told[]): string[] =>
  told.flatMap(({ payload }) => ('event' in payload ? [payload.event.type] : []));

describe('the hooks of a stream', () => {
  it('tell its start, its events before the readers get them, and its end, with one id', async () => {
    const told = listen();
    const backend = new ScriptedBackend([{ deltas: story }]);
    const requirement = new Forbids('Four');
    const stream = await streamWithChunking('go', backend, ctx, {
      requirements: [requirement],
      chunking: 'word',
    });
    const shown: string[] = [];
    for await (const event of stream.events()) {
      shown.push(event.type);
      expect(eventTypes(told).length).toBeGreaterThanOrEqual(shown.length);
    }
    expect(eventTypes(told)).toEqual(shown);
    expect(told.at(0)).toMatchObject({
      type: 'streaming_start',
      payload: { chunking: 'word', context: ctx, requirements: [requirement] },
      context: { backend, provider: 'scripted', modelId: 'scripted', sessionId: null },
    });
    expect(told.at(-1)).toMatchObject({
      type: 'streaming_end',
      payload: { success: true, fullText: 'One. Two. Three.', exception: null },
    });
    expect(new Set(told.map(({ payload }) => (payload as { streamId: string }).streamId)).size).toBe(1);
  });

  it('a throw at the start: nothing is sent, the end is told', async () => {
    const refusal = new Error('not today');
    const told = listen((type) => {
      if (type === 'streaming_start') throw refusal;
    });
    const backend = new ScriptedBackend([{ deltas: story }]);
    expect(await failureOf(streamWithChunking('go', backend, ctx))).toBe(refusal);
    expect(backend.calls).toEqual([]);
    expect(told.map(({ type }) => type)).toEqual(['streaming_start', 'streaming_end']);
    expect(told[1]?.payload).toMatchObject({ success: false, fullText: '', exception: refusal });
  });

  it('a throw at a chunk: readers do not get it, and the generation ends', async () => {
    const refusal = new Error('not this one');
    listen((_, payload) => {
      if ('event' in payload && 'text' in payload.event && payload.event.text === 'Two.') throw refusal;
    });
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story, hangs: true }]), ctx);
    expect(await failureOf(collect(stream))).toBe(refusal);
    expect(await failureOf(stream.acomplete())).toBe(refusal);
    expect([stream.fullText, stream.thunk.settled]).toEqual(['One.', true]);
  });

  it('a throw at a chunk: readers of a format do not get it either', async () => {
    const refusal = new Error('not this one');
    listen((_, payload) => {
      if ('event' in payload && 'text' in payload.event && payload.event.text === '"two",') throw refusal;
    });
    const backend = new ScriptedBackend([{ deltas: ['["one", ', '"two", ', '"three"]'] }]);
    const stream = await streamWithChunking('go', backend, ctx, {
      format: z.array(z.string()),
      chunking: 'word',
      requirements: [new Forbids('three')],
    });
    const items: string[] = [];
    const reading = (async () => {
      for await (const item of stream.items()) items.push(item);
    })();
    expect(await failureOf(reading)).toBe(refusal);
    expect(items).toEqual(['one']);
  });

  it('what a check begins is part of the stream, not of the generation that tells the text', async () => {
    let inside = 'nothing';
    let operations = 0;
    setHookDispatcher({
      capture: () => {
        const name = operations++ === 0 ? 'stream' : 'generation';
        return {
          has: () => false,
          dispatch: async (_, payload) => payload,
          inside: (fn) => {
            const before = inside;
            inside = name;
            try {
              return fn();
            } finally {
              inside = before;
            }
          },
        };
      },
    });
    const seen: string[] = [];
    class Looks extends Forbids {
      override streamValidate(chunk: string): PartialValidationResult {
        seen.push(inside);
        return super.streamValidate(chunk);
      }
    }
    const backend = new ScriptedBackend([{ deltas: ['One. ', 'Two. '], delayMs: 1 }]);
    const stream = await streamWithChunking('go', backend, ctx, { requirements: [new Looks('x')] });
    await stream.acomplete();
    expect(seen).toEqual(['stream', 'stream']);
  });

  it('a plugin that refuses a chunk refuses all of it: readers of a format get no beginning of its text', async () => {
    const refusal = new Error('not this');
    listen((_, payload) => {
      if ('event' in payload && 'text' in payload.event && String(payload.event.text).includes('secret'))
        throw refusal;
    });
    const deltas = ['["one", ', '"sec', 'ret and', ' more", ', '"three"]'];
    for (const release of ['strict', 'optimistic'] as const) {
      const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas }]), ctx, {
        format: z.array(z.string()),
        chunking: new JsonChunker(),
        release,
      });
      const seen: unknown[] = [];
      const reading = (async () => {
        for await (const partial of stream.partials()) seen.push(structuredClone(partial));
      })();
      expect(await failureOf(reading)).toBe(refusal);
      expect(seen).toEqual([['one']]);
    }
  });

  it('readers of a format get the whole of it also where plugins hear the events', async () => {
    listen();
    const deltas = ['["o', 'ne", ', '"two"', ', 3', ']'];
    for (const attempts of [1, 2]) {
      const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas }]), ctx, {
        format: z.array(z.union([z.string(), z.number()])),
        chunking: new JsonChunker(),
        retry: { attempts, mode: 'restart' },
      });
      expect(await collect(stream.items())).toEqual(['one', 'two', 3]);
      expect((await collect(stream.partials())).at(-1)).toEqual(['one', 'two', 3]);
    }
  });

  it('a requirement that fails is no exception; what validators throw is, as an Error', async () => {
    const told = listen();
    const answers = new ScriptedBackend([{ deltas: story }]);
    const failed = await streamWithChunking('go', answers, ctx, { requirements: [new Forbids('Two')] });
    await failed.acomplete();
    expect(told.at(-1)?.payload).toMatchObject({ success: false, fullText: 'One.', exception: null });
    class Throws extends Forbids {
      override streamValidate(): never {
        throw 'a text';
      }
    }
    const broken = await streamWithChunking('go', answers, ctx, { requirements: [new Throws('x')] });
    await failureOf(broken.acomplete());
    expect(told.at(-1)?.payload).toMatchObject({ success: false, exception: new Error('a text') });
  });

  it('what a plugin throws when the outcome stands changes nothing', async () => {
    listen((type, payload) => {
      if (type === 'streaming_end' || ('event' in payload && payload.event.type === 'completed'))
        throw new Error('late');
    });
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx);
    expect(await collect(stream)).toEqual(['One.', 'Two.', 'Three.']);
    expect(stream.completed).toBe(true);
  });
});
