import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../src/index.js';
import { FakeIo } from './support/fake-io.js';

/** A model that says a sentence, begins another, and then never goes on. */
function hanging(): FakeIo {
  const io = new FakeIo();
  io.backend = new ScriptedBackend([{ deltas: ['One came. A sec', 'ret'], hangs: true }]);
  return io;
}

describe('an interrupted run', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s cancels the generation, keeps what was validated and ends with %i', async (signal, exitCode) => {
    const io = hanging();
    io.stdout.onWrite = (text) => {
      if (text === 'One came.') io.signals.emit(signal);
    };
    expect(await run(['stream', 'Go.'], io)).toBe(exitCode);
    expect(io.backend.calls[0]?.signal.aborted).toBe(true);
    expect(io.stdout.text).toMatch(/^One came\.\n\nverdict +interrupted\n/);
    expect(io.stdout.text).not.toContain('sec');
    expect([io.exits, io.listeners, io.stderr.text]).toEqual([[], 0, '']);
  });

  it('ends its JSON lines in order', async () => {
    const io = hanging();
    io.stdout.onWrite = () => io.signals.emit('SIGINT');
    expect(await run(['stream', '--json', 'Go.'], io)).toBe(130);
    expect(io.events.map((event) => event.type)).toEqual(['chunk', 'completed']);
    expect(io.events[1]).toMatchObject({ success: false, fullText: 'One came.' });
  });

  it('asks nothing of a model once it is interrupted while the backend is loaded', async () => {
    const io = hanging();
    io.loadBackend = async () => {
      io.signals.emit('SIGINT');
      return io.backend;
    };
    expect(await run(['stream', 'Go.'], io)).toBe(130);
    expect([io.backend.calls, io.listeners]).toEqual([[], 0]);
  });

  it('says nothing when nothing had come', async () => {
    const io = new FakeIo();
    io.backend = new ScriptedBackend([{ hangs: true }]);
    const ended = run(['stream', 'Go.'], io);
    await vi.waitFor(() => expect(io.backend.calls).toHaveLength(1));
    io.signals.emit('SIGINT');
    expect(await ended).toBe(130);
    expect(io.stdout.text).toBe('');
  });

  it('counts a requirement that failed before', async () => {
    const io = new FakeIo('One came. Two came.');
    io.stdout.onWrite = (text) => {
      if (text.startsWith('✗')) io.signals.emit('SIGINT');
    };
    expect(await run(['stream', '--max-sentences', '1', 'Go.'], io)).toBe(1);
  });
});

describe('a run that cannot be ended in order', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** Interrupts the run while the backend is being freed, which takes until `free` is called. */
  function slowToFree() {
    const io = hanging();
    let free = (): void => undefined;
    const freed = new Promise<void>((resolve) => {
      free = resolve;
    });
    const disposing = new Promise<void>((resolve) => {
      Object.assign(io.backend, {
        [Symbol.asyncDispose]: () => {
          resolve();
          return freed;
        },
      });
    });
    io.stdout.onWrite = (text) => {
      if (text === 'One came.') io.signals.emit('SIGINT');
    };
    return { io, free, disposing, ended: run(['stream', 'Go.'], io) };
  }

  it('ends at once on a second Ctrl-C, but not on one that npm hands on', async () => {
    const { io, free, disposing, ended } = slowToFree();
    await disposing;
    vi.advanceTimersByTime(20);
    io.signals.emit('SIGINT');
    expect(io.exits).toEqual([]);
    vi.advanceTimersByTime(400);
    io.signals.emit('SIGINT');
    expect(io.exits).toEqual([130]);
    free();
    expect(await ended).toBe(130);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends by itself after two seconds', async () => {
    const { io, free, disposing, ended } = slowToFree();
    await disposing;
    vi.advanceTimersByTime(1999);
    expect(io.exits).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(io.exits).toEqual([130]);
    free();
    expect(await ended).toBe(130);
  });
});

describe('an output that goes away', () => {
  const leave = (io: FakeIo, code: string): void => {
    io.stdout.onWrite = () => {
      const error = Object.assign(new Error(`write ${code}`), { code });
      setImmediate(() => io.stdout.emit('error', error)); // as Node, after it has called back
    };
  };

  it('ends the generation quietly when the reader has left', async () => {
    const io = hanging();
    leave(io, 'EPIPE');
    expect(await run(['stream', '--json', 'Go.'], io)).toBe(0);
    expect(io.backend.calls[0]?.signal.aborted).toBe(true);
    expect([io.events.length, io.stderr.text, io.listeners]).toEqual([1, '', 0]);
  });

  it('keeps the verdict that was reached before', async () => {
    const io = new FakeIo('One came. Two came.');
    leave(io, 'EPIPE');
    expect(await run(['stream', '--max-sentences', '1', '--json', 'Go.'], io)).toBe(1);
  });

  it('says so when the disk is full', async () => {
    const io = new FakeIo('One came.');
    leave(io, 'ENOSPC');
    expect(await run(['stream', 'Go.'], io)).toBe(3);
    expect(io.stderr.text).toBe('error (unexpected): Error: write ENOSPC\n');
    expect(io.listeners).toBe(0);
  });
});
