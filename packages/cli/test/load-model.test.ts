import { ModelNotFoundError } from '@melliflow/core';
import { describe, expect, it } from 'vitest';
import { run } from '../src/index.js';
import { FakeIo } from './support/fake-io.js';

/** A world whose model is loaded ahead by `load`. */
function loadable(load: (io: FakeIo) => Promise<void>): FakeIo {
  const io = new FakeIo('One came.');
  Object.assign(io.backend, { load: () => load(io) });
  return io;
}

describe('a backend that can load its model', () => {
  it('does so before it is asked, and the summary tells how long it took', async () => {
    let callsBefore = -1;
    const io = loadable(async ({ backend }) => {
      callsBefore = backend.calls.length;
    });
    expect(await run(['stream', 'Go.'], io)).toBe(0);
    expect([callsBefore, io.backend.calls.length]).toEqual([0, 1]);
    expect(io.stdout.text).toMatch(/\nloaded +after \d+ ms\nfirst text +after \d+ ms\n/);
  });

  it('fails with its own error, asks nothing and ends with 3', async () => {
    const io = loadable(async () => {
      throw new ModelNotFoundError('openai: no gpt.', { provider: 'openai', model: 'gpt' });
    });
    expect(await run(['stream', 'Go.'], io)).toBe(3);
    expect([io.stdout.text, io.stderr.text]).toEqual(['', 'error (model_not_found): openai: no gpt.\n']);
    expect([io.backend.calls, io.listeners]).toEqual([[], 0]);
  });

  it('is waited for no longer after an interrupt', async () => {
    const io = loadable(({ signals }) => {
      signals.emit('SIGINT');
      return new Promise(() => undefined);
    });
    expect(await run(['stream', 'Go.'], io)).toBe(130);
    expect([io.stdout.text, io.backend.calls, io.listeners]).toEqual(['', [], 0]);
  });

  it('is left to the stream where programs read the events', async () => {
    const io = loadable(() => Promise.reject(new Error('loaded ahead')));
    expect(await run(['stream', '--json', 'Go.'], io)).toBe(0);
    expect(io.events.map(({ type }) => type)).toEqual(['chunk', 'streaming_done', 'completed']);
  });
});
