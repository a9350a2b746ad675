import { afterEach, describe, expect, it } from 'vitest';
import { setHookDispatcher } from '../src/implement/index.js';
import type { GenerationEvent } from '../src/index.js';
import { FunctionBackend, PlainContext } from './support/doubles.js';

afterEach(() => setHookDispatcher(null));
const ctx = new PlainContext();

/** What happened, in order; `inside` knows when it is. */
function listen(hasInside: boolean): string[] {
  const heard: string[] = [];
  const inside = <R>(fn: () => R): R => {
    heard.push('inside');
    return fn();
  };
  setHookDispatcher({
    capture: () => ({
      has: () => true,
      dispatch: async (type, payload) => {
        heard.push(type);
        return payload;
      },
      ...(hasInside && { inside }),
    }),
  });
  return heard;
}

async function* answer(): AsyncGenerator<GenerationEvent> {
  yield { type: 'text', text: 'a' };
  yield { type: 'thinking', text: 'b' };
  yield { type: 'text', text: 'c' };
  yield { type: 'finish', reason: 'stop' };
}

describe('a call that plugins listen to', () => {
  it('runs inside of its operation, after the first hook; where nobody follows, just so', async () => {
    for (const hasInside of [true, false]) {
      const heard = listen(hasInside);
      const backend = new FunctionBackend(() => {
        heard.push('asked');
        return answer();
      });
      await (await backend.generateFromContext('x', ctx))[0].avalue();
      await backend.generateFromRaw(['x'], ctx);
      const begun = hasInside ? ['inside', 'asked'] : ['asked'];
      expect(heard).toEqual([
        'generation_pre_call',
        ...begun,
        'generation_post_call',
        'generation_batch_pre_call',
        ...begun.slice(0, -1),
        'generation_batch_post_call',
      ]);
    }
  });

  it('says when each output of a stream came; when nobody listens that is not kept', async () => {
    const backend = new FunctionBackend(answer);
    const timesOf = async (modelOptions: object): Promise<number[] | undefined> => {
      const [thunk] = await backend.generateFromContext('x', ctx, { modelOptions });
      await thunk.avalue();
      return thunk.generation.chunkTimesMs;
    };
    expect(await timesOf({ stream: true })).toBeUndefined();
    listen(false);
    expect(await timesOf({})).toBeUndefined();
    const times = (await timesOf({ stream: true })) ?? [];
    expect(times).toHaveLength(3);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});
