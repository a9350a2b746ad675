import { describe, expect, it, vi } from 'vitest';
import {
  type ByteSource,
  failureOf,
  readFailure,
  readLines,
  readServerSentEvents,
  readText,
  within,
} from '../src/index.js';
import { drain, never } from './plan.js';

const signal = new AbortController().signal;
const encode = (text: string) => new TextEncoder().encode(text);

function bodyOf(text: string, size = Number.POSITIVE_INFINITY): ReadableStream<Uint8Array> {
  const bytes = encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += Math.min(size, bytes.length);
    },
  });
}

async function eventsOf(body: ByteSource, isEnd = false): Promise<unknown[]> {
  const end = ({ data }: { data: string }) => data === '[DONE]';
  const { items, error } = await drain(
    readServerSentEvents(body, isEnd ? { signal, isEnd: end } : { signal }),
  );
  if (error) throw error;
  return items.flat().map(({ event, data, cut }) => [event, data, cut].filter((fact) => fact !== undefined));
}

describe('server-sent events', () => {
  it('are read with any line ends, comments, several data lines and types', async () => {
    const text = ': hello\r\ndata:a\r\n\r\nevent: error\ndata: b\ndata: c\n\n: ping\n\ndata: d\r\re: x\n\n';
    for (const size of [1, 2, 3, 7, Number.POSITIVE_INFINITY]) {
      expect(await eventsOf(bodyOf(text, size))).toEqual([['a'], ['error', 'b\nc'], ['d']]);
    }
  });

  it('keep characters whole wherever the network cuts them', async () => {
    const text = 'data: Grüße 🌍 漢字\n\n';
    for (let size = 1; size <= 8; size++) {
      expect(await eventsOf(bodyOf(text, size))).toEqual([['Grüße 🌍 漢字']]);
    }
  });

  it('of one read come together', async () => {
    const { items } = await drain(readServerSentEvents(bodyOf('data: a\n\ndata: b\n\n'), { signal }));
    expect(items.map((batch) => batch.length)).toEqual([2]);
  });

  it('that the body cuts short say so', async () => {
    expect(await eventsOf(bodyOf('data: a\n\ndata: b'))).toEqual([['a'], ['b', true]]);
    expect(await eventsOf(bodyOf('data: a\n\ndata: b\n'))).toEqual([['a'], ['b', true]]);
    expect(await eventsOf(bodyOf(''))).toEqual([]);
    expect(await eventsOf(null)).toEqual([]);
  });

  it('end at the end marker, whatever follows', async () => {
    expect(await eventsOf(bodyOf('data: a\n\ndata: [DONE]\n\ndata: b\n\n'), true)).toEqual([['a']]);
  });

  it('do not wait for a body that is left open after the end marker', async () => {
    const cancel = vi.fn();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encode('data: a\n\ndata: [DONE]\n\n')),
      cancel,
    });
    expect(await eventsOf(body, true)).toEqual([['a']]);
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('read the body to its end, so that its connection can be used again', async () => {
    const cancel = vi.fn();
    const parts = ['data: a\n\ndata: [DONE]\n\n', '\n'];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const part = parts.shift();
        if (part === undefined) controller.close();
        else controller.enqueue(encode(part));
      },
      cancel,
    });
    await eventsOf(body, true);
    expect(cancel).not.toHaveBeenCalled();
    expect(parts).toEqual([]);
  });

  it('cancel the body when the loop is left and when the signal aborts', async () => {
    const cancel = vi.fn();
    const open = () =>
      new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(encode('data: a\n\n')),
        cancel,
      });
    for await (const _ of readServerSentEvents(open(), { signal })) break;
    expect(cancel).toHaveBeenCalledTimes(1);

    const controller = new AbortController();
    const events = readServerSentEvents(open(), { signal: controller.signal });
    await events.next();
    const next = events.next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(cancel).toHaveBeenCalledTimes(2);
  });

  it('come from an iterable of bytes too', async () => {
    let returned = false;
    async function* chunks() {
      try {
        yield encode('data: a\n\n');
        yield encode('data: b\n\n');
        await never();
      } finally {
        returned = true;
      }
    }
    for await (const _ of readServerSentEvents(chunks(), { signal })) break;
    expect(returned).toBe(true);
  });

  it('pass on how the body failed', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encode('data: a\n\n')),
      pull: (controller) => controller.error(new TypeError('terminated')),
    });
    const { items, error } = await drain(readServerSentEvents(body, { signal }));
    expect([items.length, (error as Error).message]).toEqual([1, 'terminated']);
  });

  it('of an error are read no further than anybody needs', async () => {
    let reads = 0;
    let returned = false;
    async function* endless() {
      try {
        for (;;) {
          reads += 1;
          yield encode('no '.repeat(50_000));
        }
      } finally {
        returned = true;
      }
    }
    const { body } =
      failureOf(await readFailure({ status: 400, headers: new Map(), body: endless() }, signal)) ?? {};
    expect(String(body).startsWith('no no')).toBe(true);
    expect([reads < 10, returned]).toEqual([true, true]);
  });

  it('of endless length are refused', async () => {
    async function* endless() {
      yield encode('data: ');
      for (;;) yield encode('x'.repeat(1 << 20));
    }
    await expect(eventsOf(endless())).rejects.toThrow(RangeError);
  });
});

describe('lines', () => {
  it('are read wherever the network cuts them', async () => {
    const text = '{"a":"ü"}\r\n\n \t\r\n\u00a0\n{"b":1}\n{"c":2}';
    for (const size of [1, 2, 5, Number.POSITIVE_INFINITY]) {
      const { items } = await drain(readLines(bodyOf(text, size), { signal }));
      expect(items.flat()).toEqual(['{"a":"ü"}', '{"b":1}', '{"c":2}']);
    }
  });

  it('of endless length are refused', async () => {
    async function* endless() {
      for (;;) yield encode('x'.repeat(1 << 20));
    }
    const { error } = await drain(readLines(endless(), { signal }));
    expect(error).toBeInstanceOf(RangeError);
  });
});

it('a whole text is read at once', async () => {
  expect(await readText(bodyOf('Grüße', 1), signal)).toBe('Grüße');
  expect(await readText(null, signal)).toBe('');
});

it('a time that is past already is waited for no more', async () => {
  const asked = vi.spyOn(globalThis, 'setTimeout');
  expect(await within(-20, never())).toBeUndefined();
  expect(asked.mock.calls.map(([, ms]) => ms)).toEqual([0]);
  asked.mockRestore();
});

describe('a body that is deaf to its cancel', () => {
  it('is not read on after an abort', async () => {
    const controller = new AbortController();
    let reads = 0;
    const deaf: ByteSource = {
      [Symbol.asyncIterator]: () => ({
        async next(): Promise<IteratorResult<Uint8Array, undefined>> {
          reads += 1;
          if (reads === 2) controller.abort();
          return reads > 5 ? { done: true, value: undefined } : { done: false, value: encode('x') };
        },
      }),
    };
    await readText(deaf, controller.signal);
    expect(reads).toBe(2);
  });
});
