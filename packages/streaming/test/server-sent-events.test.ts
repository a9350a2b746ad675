import { PartialValidationResult, Requirement, ValidationResult } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventLines } from '../src/event-lines.js';
import {
  DeltaChunker,
  EventStreamError,
  eventsFrom,
  type ServerSentEventsOptions,
  type StreamEvent,
  streamWithChunking,
  toServerSentEvents,
} from '../src/index.js';
import { hardText } from './support/hard-text.js';
import { collect, drain, Forbids, failureOf, PlainContext } from './support/stream-doubles.js';
import { serve } from './support/web-server.js';

const ctx = new PlainContext();
const story = ['One 🐈. T', 'wo. Th', 'ree. Fo', 'ur.'];

const unhandled: unknown[] = [];
const remember = (reason: unknown): unknown => unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', remember);
});
afterEach(async () => {
  vi.useRealTimers();
  await drain();
  process.off('unhandledRejection', remember);
  expect(unhandled).toEqual([]);
});

/** The bytes cut in so many at a time. */
async function cut(response: Response, size: number): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
  return new Response(body, { headers: response.headers });
}

const plainly = (events: readonly StreamEvent[]): unknown => JSON.parse(JSON.stringify(events));
const wellFormed = (text: string): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));

describe('events to a browser and back', () => {
  it.each([1, 2, 3, 7, 100_000])('are the same events, however the bytes are cut: %i', async (size) => {
    const script = [
      {
        deltas: story,
        thinking: 'Hm. ',
        toolCalls: [{ id: 'a', name: 'mail', args: { to: 'é\u2028\r\n' } }],
      },
      { deltas: ['Two. Three', ' birds.'] },
    ];
    const stream = await streamWithChunking('go', new ScriptedBackend(script), ctx, {
      requirements: [new Forbids('Four')],
      retry: { attempts: 2, mode: 'restart' },
      release: 'optimistic',
    });
    const response = toServerSentEvents(stream, { reasons: true });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = await collect(eventsFrom(await cut(response, size)));
    const told = await collect(stream.events());
    expect(plainly(events)).toEqual(plainly(told));
    const types = new Set(events.map(({ type }) => type));
    for (const type of ['chunk', 'thinking', 'retract', 'retry', 'completed']) expect(types).toContain(type);
  });

  it('tool calls, and verdicts as objects of their classes', async () => {
    const toolCalls = [{ id: 'a', name: 'mail', args: { to: 'é\u2028\r\n' } }];
    const stream = await streamWithChunking(
      'go',
      new ScriptedBackend([{ deltas: ['One.'], toolCalls }]),
      ctx,
      {
        requirements: [new Forbids('cats')],
      },
    );
    const events = await collect(eventsFrom(toServerSentEvents(stream)));
    const call = events.find((event) => event.type === 'tool_call');
    expect([call?.name, call?.args]).toEqual(['mail', { to: 'é\u2028\r\n' }]);
    const check = events.find((event) => event.type === 'quick_check');
    expect(check?.results[0]).toBeInstanceOf(PartialValidationResult);
    expect(check?.results[0]?.success).toBe('unknown');
    const full = events.find((event) => event.type === 'full_validation');
    expect(full?.results[0]).toBeInstanceOf(ValidationResult);
    expect(full?.results[0]?.asBool()).toBe(true);
  });

  it('say nothing of what was held back, unless they are asked to', async () => {
    const script = [{ deltas: ['One. My SECRET is'] }];
    class Quotes extends Requirement {
      override streamValidate(chunk: string): PartialValidationResult {
        return new PartialValidationResult(chunk.includes('SECRET') ? 'fail' : 'pass', { reason: chunk });
      }
      override async validate(): Promise<ValidationResult> {
        return new ValidationResult(false, { reason: 'SECRET' });
      }
    }
    const sent = async (options: ServerSentEventsOptions): Promise<string> => {
      const stream = await streamWithChunking('go', new ScriptedBackend(script), ctx, {
        requirements: [new Quotes('Keep it.')],
        retry: { attempts: 2, mode: 'resume' },
      });
      return toServerSentEvents(stream, options).text();
    };
    expect(await sent({})).not.toContain('SECRET');
    expect(await sent({ mode: 'text' })).not.toContain('SECRET');
    expect(await sent({ reasons: true })).toContain('"reason":"My SECRET is"');
  });

  it('name an error, and keep its message', async () => {
    const error = Object.assign(new Error('key sk-1 refused at 10.0.0.1'), { name: 'Odd name: sk-1' });
    const run = () => streamWithChunking('go', new ScriptedBackend([{ deltas: ['One. '], error }]), ctx);
    const text = await toServerSentEvents(await run()).text();
    expect(text).not.toMatch(/sk-1|10\.0/);
    expect(text).toMatch(/"type":"error".*"detail":"The answer failed on the server\."/);
    const options = { errorDetail: () => 'Ask again later.' };
    const events = await collect(eventsFrom(toServerSentEvents(await run(), options)));
    expect(events.find(({ type }) => type === 'error')).toMatchObject({ detail: 'Ask again later.' });
    expect(await toServerSentEvents(await run(), { mode: 'text' }).text()).toBe(
      'data: One.\n\nevent: end\ndata: failed\n\n',
    );
  });
});

describe('text to a browser', () => {
  it('is what passed and what stands between, then how it ended', async () => {
    const run = (word: string) =>
      streamWithChunking('go', new ScriptedBackend([{ deltas: ['One.\n\n', 'Two. Three.'] }]), ctx, {
        requirements: [new Forbids(word)],
        release: 'optimistic',
      });
    const text = async (word: string) => toServerSentEvents(await run(word), { mode: 'text' }).text();
    expect(await text('Six')).toBe(
      'data: One.\n\ndata: \ndata: \ndata: \n\ndata: Two.\n\ndata:  \n\ndata: Three.\n\nevent: end\ndata: completed\n\n',
    );
    expect(await text('Three')).toMatch(/data: Two\.\n\nevent: end\ndata: stopped\n\n$/);
  });

  it('arrives to the character, line ends as line feeds, wherever the model cuts it', async () => {
    await fc.assert(
      fc.asyncProperty(hardText, async (text) => {
        const deltas = text.split('');
        const chunking = new DeltaChunker();
        const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas }]), ctx, { chunking });
        const body = await toServerSentEvents(stream, { mode: 'text' }).text();
        const sent = new EventLines().push(body);
        expect(sent.pop()).toBe('completed');
        expect(sent.join('')).toBe(wellFormed(text).replace(/\r\n|\r/g, '\n'));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a client that leaves', () => {
  it('ends the generation, over HTTP; no timer and no connection is left', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const backend = new ScriptedBackend([{ deltas: story, hangs: true }]);
    const stream = await streamWithChunking('go', backend, ctx);
    await using server = await serve(async () => toServerSentEvents(stream));
    for await (const event of eventsFrom(fetch(server.url))) {
      if (event.type === 'chunk') break;
    }
    await stream.acomplete();
    expect([stream.completed, backend.calls[0]?.signal.aborted]).toEqual([false, true]);
    await server.answered();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends it by an abort too, while nothing comes', async () => {
    const backend = new ScriptedBackend([{ hangs: true }]);
    const stream = await streamWithChunking('go', backend, ctx);
    await using server = await serve(async () =>
      toServerSentEvents(stream, { mode: 'text', heartbeatMs: 0 }),
    );
    const leave = new AbortController();
    const response = await fetch(server.url, { signal: leave.signal });
    leave.abort();
    await stream.acomplete();
    expect(backend.calls[0]?.signal.aborted).toBe(true);
    expect((await failureOf(response.text())).name).toBe('AbortError');
  });

  it('because an event cannot be sent: the generation ends too', async () => {
    class Odd extends PartialValidationResult {
      override toJSON(): Record<string, unknown> {
        throw new RangeError('no JSON');
      }
    }
    class Judge extends Requirement {
      override streamValidate(): PartialValidationResult {
        return new Odd('pass');
      }
    }
    const backend = new ScriptedBackend([{ deltas: ['One. Two'], hangs: true }]);
    const requirements = [new Judge('Be odd.')];
    const stream = await streamWithChunking('go', backend, ctx, { requirements });
    expect((await failureOf(toServerSentEvents(stream).text())).message).toBe('no JSON');
    expect([stream.completed, backend.calls[0]?.signal.aborted]).toEqual([false, true]);
  });

  it('before it reads, and after the end', async () => {
    const backend = new ScriptedBackend([{ deltas: ['One.'], hangs: true }, { deltas: ['One.'] }]);
    const early = await streamWithChunking('go', backend, ctx);
    await toServerSentEvents(early).body.cancel();
    expect(backend.calls[0]?.signal.aborted).toBe(true);
    const late = await streamWithChunking('go', backend, ctx);
    await late.acomplete();
    await toServerSentEvents(late).body.cancel();
    expect(late.completed).toBe(true);
  });
});

describe('heartbeats', () => {
  it('go out while somebody waits and nothing comes, and leave no timer', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const stream = await streamWithChunking('go', new ScriptedBackend([{ hangs: true }]), ctx);
    const reader = toServerSentEvents(stream, { heartbeatMs: 50 }).body.getReader();
    const first = reader?.read();
    await drain();
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(500);
    expect(new TextDecoder().decode((await first)?.value)).toMatch(/^: .*\n\n$/);
    await reader?.read(); // The second waits in the body: a client that does not read gets no more.
    const third = reader?.read();
    await drain();
    await reader?.cancel();
    expect((await third)?.done).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are passed over by the reader, and can be left out', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const stream = await streamWithChunking('go', new ScriptedBackend([{ hangs: true }]), ctx);
    const silent = toServerSentEvents(stream, { heartbeatMs: 0 }).body.getReader();
    const waiting = silent?.read();
    await drain();
    expect(vi.getTimerCount()).toBe(0);
    await silent?.cancel();
    await waiting;
    expect(new EventLines().push(': still here\n\ndata: {}\n\n')).toEqual(['{}']);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('want a time that a timer can have: %s', async (ms) => {
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: ['One.'] }]), ctx);
    expect(() => toServerSentEvents(stream, { heartbeatMs: ms })).toThrow(/heartbeatMs must be from 0 to/);
    expect(() => toServerSentEvents(stream, { mode: 'json' as 'text' })).toThrow(/mode must be/);
    await stream.acomplete();
  });
});

describe('the reader', () => {
  const events = { headers: { 'content-type': 'text/event-stream' } };
  const failure = async (response: Response): Promise<Error> => failureOf(collect(eventsFrom(response)));

  it('refuses what is no stream of events', async () => {
    const gone = await failure(new Response('Bad gateway', { status: 502, ...events }));
    expect(EventStreamError.is(gone)).toBe(true);
    expect(gone.message).toContain('502');
    expect((await failure(new Response('<p>'))).message).toContain('text/plain');
    expect((await failure(new Response('data: hello\n\n', events))).message).toContain("mode 'events'");
    for (const mangled of ['null', '{"type":"quick_check"}', '{"type":"full_validation","results":[null]}']) {
      const error = await failure(new Response(`data: ${mangled}\n\n`, events));
      expect([EventStreamError.is(error), error.message]).toEqual([
        true,
        expect.stringContaining("mode 'events'"),
      ]);
    }
  });

  it('takes the promise of a response too, and rejects as it does', async () => {
    let left = false;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) =>
        controller.enqueue(new TextEncoder().encode('data: {"type":"chunk","text":"One."}\n\n')),
      cancel: () => {
        left = true;
      },
    });
    for await (const event of eventsFrom(Promise.resolve(new Response(body, events)))) {
      expect(event).toMatchObject({ type: 'chunk', text: 'One.' });
      break;
    }
    expect(left).toBe(true);
    const refused = Promise.reject(new TypeError('fetch failed'));
    expect((await failureOf(collect(eventsFrom(refused)))).message).toBe('fetch failed');
  });

  it('says when the stream broke off', async () => {
    const cutShort = 'data: {"type":"chunk","text":"One."}\n\ndata: {"type":"compl';
    expect((await failure(new Response(cutShort, events))).message).toContain('broke off');
  });

  it.each(['\n', '\r', '\r\n'])('reads lines of every kind: %j', (end) => {
    const body = ['\ufeff', 'id: 1', 'data: a', 'data:b', 'data', '', ': x', '', 'data: c', '', ''].join(end);
    for (let size = 1; size <= body.length; size++) {
      const lines = new EventLines();
      const read: string[] = [];
      for (let at = 0; at < body.length; at += size) read.push(...lines.push(body.slice(at, at + size)));
      expect(read).toEqual(['a\nb\n', 'c']);
    }
  });
});
