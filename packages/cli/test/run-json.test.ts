import { ServerError } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import { run } from '../src/index.js';
import { FakeIo } from './support/fake-io.js';

const members = {
  chunk: ['type', 'text', 'chunkIndex', 'attempt', 'timestamp'],
  quick_check: ['type', 'chunkIndex', 'attempt', 'passed', 'results', 'timestamp'],
  streaming_done: ['type', 'attempt', 'fullText', 'timestamp'],
  full_validation: ['type', 'attempt', 'passed', 'results', 'timestamp'],
  completed: ['type', 'success', 'fullText', 'attemptsUsed', 'timestamp'],
  error: ['type', 'exceptionType', 'detail', 'timestamp'],
};

function expectMembers(events: readonly Record<string, unknown>[]): void {
  for (const event of events) {
    expect(Object.keys(event).sort()).toEqual([...members[event.type as keyof typeof members]].sort());
  }
}

describe('melliflow stream --json', () => {
  it('prints the events of a stream that passed, one a line, in order (6.2, 6.4)', async () => {
    const io = new FakeIo('One came. Tw', 'o came.');
    expect(await run(['stream', '--json', '--max-sentences', '2', 'Go.'], io)).toBe(0);
    expect(io.events.map((event) => event.type)).toEqual([
      ...['quick_check', 'chunk', 'quick_check', 'chunk'],
      ...['streaming_done', 'full_validation', 'completed'],
    ]);
    expectMembers(io.events);
    expect(io.events[0]?.results).toEqual([{ success: 'pass', reason: null, score: null }]);
    expect(io.events.at(-1)).toMatchObject({
      success: true,
      fullText: 'One came. Two came.',
      attemptsUsed: 1,
    });
    expect(io.stderr.text).toBe('');
  });

  it('cuts the sentence too many and prints nothing of it (6.3)', async () => {
    const io = new FakeIo('One came. ', 'Two came. ', 'A secret ca', 'me. And more.');
    expect(await run(['stream', '--json', '--max-sentences', '2', 'Go.'], io)).toBe(1);
    expect(io.events.map((event) => event.type)).toEqual([
      ...['quick_check', 'chunk', 'quick_check', 'chunk', 'quick_check', 'completed'],
    ]);
    expectMembers(io.events);
    expect(io.events.at(-1)).toMatchObject({ success: false, fullText: 'One came. Two came.' });
    expect(io.stdout.text + io.stderr.text).not.toMatch(/secret|more/);
  });

  it('has neither checks nor a final validation where nothing is required (6.2)', async () => {
    const io = new FakeIo('One came.');
    expect(await run(['stream', '--json'], io)).toBe(0);
    expect(io.events.map((event) => event.type)).toEqual(['chunk', 'streaming_done', 'completed']);
  });

  it('prints an error as an event, says it on stderr too and ends with 3 (6.5)', async () => {
    const io = new FakeIo();
    const error = new ServerError('scripted: it broke.', { provider: 'scripted', model: 'm' });
    io.backend = new ScriptedBackend([{ deltas: ['One came. And a sec', 'ret'], error }]);
    expect(await run(['stream', '--json'], io)).toBe(3);
    expect(io.events.map((event) => event.type)).toEqual(['chunk', 'error', 'completed']);
    expectMembers(io.events);
    expect(io.events[1]).toMatchObject({ exceptionType: 'ServerError', detail: 'scripted: it broke.' });
    expect(io.stderr.text).toBe('error (server): scripted: it broke.\n');
    expect(io.stdout.text).not.toContain('sec');
  });
});
