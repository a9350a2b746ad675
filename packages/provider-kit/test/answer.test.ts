import { describe, expect, it, vi } from 'vitest';
import { answerOf, readText, streamAttempts } from '../src/index.js';
import { drain, plan } from './plan.js';

/** What a source gave, and whether it was left. */
function source(batches: readonly (readonly string[])[]) {
  const seen = { left: false };
  async function* run(): AsyncGenerator<readonly string[]> {
    try {
      yield* batches;
    } finally {
      seen.left = true;
    }
  }
  return { seen, run };
}

describe('an answer', () => {
  it('is asked for once, after what is told first', async () => {
    const ask = vi.fn(() => ['whole']);
    const answer = answerOf(ask, ['prompt']);
    expect(await answer.next()).toEqual({ done: false, value: ['prompt'] });
    expect(ask).not.toHaveBeenCalled();
    expect(await drain(answer)).toEqual({ items: [['whole']], error: null });
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('comes in batches where it is a source of them', async () => {
    const { run, seen } = source([['a'], ['b']]);
    expect(await drain(answerOf(async () => run()))).toEqual({ items: [['a'], ['b']], error: null });
    expect(seen.left).toBe(true);
  });

  it('serves who asks ahead in order', async () => {
    const answer = answerOf(async () => source([['a'], ['b']]).run());
    const asked = [answer.next(), answer.next(), answer.next()];
    expect((await Promise.all(asked)).map(({ value }) => value)).toEqual([['a'], ['b'], undefined]);
  });

  it('that failed is over', async () => {
    const answer = answerOf(async () => {
      throw new Error('no');
    });
    await expect(answer.next()).rejects.toThrow('no');
    expect(await answer.next()).toEqual({ done: true, value: undefined });
  });

  it('is not asked for by a reader that leaves before', async () => {
    const ask = vi.fn(() => ['whole']);
    const answer = answerOf(ask, ['prompt']);
    await answer.return?.();
    expect(await answer.next()).toEqual({ done: true, value: undefined });
    expect(ask).not.toHaveBeenCalled();
  });

  it('whose reader leaves while it is opened is closed when it is there', async () => {
    const { run, seen } = source([['a'], ['b']]);
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const answer = answerOf(async () => {
      await gate;
      return run();
    });
    const asked = answer.next();
    const left = answer.return?.();
    open();
    expect(await asked).toEqual({ done: false, value: ['a'] });
    await left;
    expect(seen.left).toBe(true);
  });
});

describe('a call in attempts', () => {
  it('gives a reader that leaves while it waits the error of the family, whatever the source throws then', async () => {
    const items = streamAttempts(plan({}), ({ signal }) =>
      answerOf(
        () =>
          new Promise<never>((_, reject) => {
            signal.addEventListener('abort', () => reject(new Error('foreign')));
          }),
      ),
    );
    const waiting = items.next().catch((error: unknown) => error);
    await items.return?.();
    expect(await waiting).toMatchObject({ code: 'generation_cancelled' });
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });
});

describe('a body as text', () => {
  const bytes = new TextEncoder().encode('Grüße 👋');
  const inPieces = (size: number) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });

  it.each([1, 3, 100])('is whole in pieces of %i bytes', async (size) => {
    expect(await readText(inPieces(size), new AbortController().signal)).toBe('Grüße 👋');
  });

  it('is empty without a body', async () => {
    expect(await readText(null, new AbortController().signal)).toBe('');
  });

  it('is cancelled by an abort, and leaves no listener', async () => {
    const cancel = vi.fn();
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const text = readText(new ReadableStream<Uint8Array>({ cancel }), controller.signal);
    controller.abort();
    expect(await text).toBe('');
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(removed).toHaveBeenCalledTimes(1);
  });

  it('that fails is let go', async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('broken')),
    });
    await expect(readText(broken, new AbortController().signal)).rejects.toThrow('broken');
  });
});
