import {
  BackendError,
  type BatchGenerationError,
  CBlock,
  Context,
  Formatter,
  GenerationCancelledError,
  IncompleteStreamError,
  type Part,
} from '@melliflow/core';
import { describe, expect, it, vi } from 'vitest';
import { ScriptedBackend } from '../src/index.js';

class PlainContext extends Context {
  viewForGeneration(): Part[] | null {
    return this.asList();
  }
}
const ctx = new PlainContext();
const stream = { modelOptions: { stream: true } };

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It did not fail.');
}

describe('ScriptedBackend (contract 9)', () => {
  it('answers call after call, and the last answer repeats', async () => {
    const backend = new ScriptedBackend([{ deltas: ['Hel', 'lo.'] }, { deltas: ['Bye.'] }]);
    const answers: string[] = [];
    for (let i = 0; i < 3; i++) {
      const [thunk] = await backend.generateFromContext('x', ctx);
      answers.push(await thunk.avalue());
    }
    expect(answers).toEqual(['Hello.', 'Bye.', 'Bye.']);
    expect(backend.calls).toHaveLength(3);
  });

  it('gives the text in its pieces, and tells everything else of the answer', async () => {
    const usage = { promptTokens: 3, completionTokens: 2, totalTokens: 5 };
    const backend = new ScriptedBackend([
      { deltas: ['a', 'b'], thinking: 'hm', usage, toolCalls: [{ id: 'c', name: 'now', args: { a: 1 } }] },
    ]);
    const [thunk] = await backend.generateFromContext('x', ctx, stream);
    const seen: string[] = [];
    for await (const delta of thunk) seen.push(delta);
    expect([seen, thunk.thinking, thunk.generation.usage]).toEqual([['a', 'b'], 'hm', usage]);
    expect(thunk.generation.finishReason).toBe('tool_calls');
    expect(thunk.toolCalls?.[0]).toMatchObject({ id: 'c', name: 'now', args: { a: 1 } });
  });

  it('records each call with its prompt, action, view, options and signal', async () => {
    const backend = new ScriptedBackend([{ deltas: ['x'] }], { modelOptions: { temperature: 0 } });
    const past = ctx.add(new CBlock('past'));
    const [thunk] = await backend.generateFromContext('now', past, { modelOptions: { seed: 1 } });
    await thunk.avalue();
    const [call] = backend.calls;
    expect(call).toMatchObject({ kind: 'context', prompt: 'past\n\nnow', deltasTaken: 1 });
    expect([String(call?.action), call?.view.map(String)]).toEqual(['now', ['past']]);
    expect([call?.modelOptions, call?.signal.aborted]).toEqual([{ temperature: 0, seed: 1 }, false]);
    expect(thunk.generateLog?.prompt).toEqual([{ role: 'user', content: 'past\n\nnow' }]);
  });

  it('prints prompts with the formatter that it is given', async () => {
    class Loud extends Formatter {
      print(part: Part): string {
        return String(part).toUpperCase();
      }
    }
    const backend = new ScriptedBackend([{ deltas: ['x'] }], { formatter: new Loud() });
    const [thunk] = await backend.generateFromContext('now', ctx);
    await thunk.avalue();
    expect(backend.calls[0]?.prompt).toBe('NOW');
  });

  it('fails after its pieces, or ends without an end marker', async () => {
    const backend = new ScriptedBackend([
      { deltas: ['a'], error: new Error('boom') },
      { deltas: ['b'], finish: null },
      { deltas: ['c'], finish: 'length' },
    ]);
    const [failing] = await backend.generateFromContext('x', ctx);
    const error = await failureOf(failing.avalue());
    expect([BackendError.is(error), error.message, failing.partialValue]).toEqual([
      true,
      'scripted: boom',
      'a',
    ]);
    const [cut] = await backend.generateFromContext('x', ctx);
    expect(IncompleteStreamError.is(await failureOf(cut.avalue()))).toBe(true);
    const [short] = await backend.generateFromContext('x', ctx);
    expect([await short.avalue(), short.generation.finishReason]).toEqual(['c', 'length']);
  });

  it('waits before each piece, and an abort ends the wait at once', async () => {
    vi.useFakeTimers();
    try {
      const backend = new ScriptedBackend([{ deltas: ['a', 'b'], delayMs: 1000 }]);
      const [thunk] = await backend.generateFromContext('x', ctx, stream);
      await vi.advanceTimersByTimeAsync(999);
      expect(thunk.partialValue).toBe('');
      await vi.advanceTimersByTimeAsync(1);
      expect(thunk.partialValue).toBe('a');
      await thunk.cancelGeneration();
      expect([thunk.value, thunk.cancelled, vi.getTimerCount()]).toEqual(['a', true, 0]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('hangs until it is cancelled', async () => {
    const backend = new ScriptedBackend([{ deltas: ['a'], hangs: true }]);
    const [thunk] = await backend.generateFromContext('x', ctx, stream);
    expect(await thunk.astream()).toBe('a');
    await thunk.cancelGeneration();
    expect([thunk.value, backend.calls[0]?.signal.aborted]).toEqual(['a', true]);
  });

  it('answers raw batches by the same script, one answer an action', async () => {
    const usage = { promptTokens: 1, completionTokens: 1, totalTokens: 2 };
    const backend = new ScriptedBackend([{ deltas: ['a', 'b'], usage }, { deltas: ['c'] }]);
    const thunks = await backend.generateFromRaw(['x', 'y'], ctx);
    expect(thunks.map((thunk) => thunk.value)).toEqual(['ab', 'c']);
    expect(thunks[0]?.generation.usage).toEqual(usage);
    expect(backend.calls.map(({ kind, prompt }) => [kind, prompt])).toEqual([
      ['raw', 'x'],
      ['raw', 'y'],
    ]);
  });

  it('a raw item that fails or is cut, and a batch that is aborted, keep the others', async () => {
    const backend = new ScriptedBackend([{ deltas: ['a'] }, { error: new Error('boom') }, { finish: null }]);
    const error = (await failureOf(backend.generateFromRaw(['x', 'y', 'z'], ctx))) as BatchGenerationError;
    const [first, second, third] = error.results;
    expect((first as { value?: string }).value).toBe('a');
    expect([BackendError.is(second), IncompleteStreamError.is(third)]).toEqual([true, true]);
    const controller = new AbortController();
    const hanging = new ScriptedBackend([{ hangs: true }]);
    const aborted = failureOf(hanging.generateFromRaw(['x'], ctx, { signal: controller.signal }));
    controller.abort();
    expect(GenerationCancelledError.is(((await aborted) as BatchGenerationError).results[0])).toBe(true);
  });

  it('an empty script is refused', () => {
    expect(() => new ScriptedBackend([])).toThrow('The script needs at least one answer.');
  });
});
