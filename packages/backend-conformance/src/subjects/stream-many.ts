import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Backend } from '@melliflow/core';
import { ExamContext } from '../exam/exam-context.js';
import type { WireServer } from '../servers/wire-server.js';

/** What came of many streams at once. */
export interface ManyStreams {
  /** Those whose text is not their own, or not all of it: none, where all is well. */
  readonly wrong: readonly { readonly prompt: string; readonly text: string }[];
  /** How many were cancelled, about a third. */
  readonly cancelled: number;
  /** The thunks; what `deref` still gives after a collection is held by somebody. */
  readonly thunks: readonly WeakRef<object>[];
}

const PIECES = 20;

/**
 * Asks a backend for so many streams at once, each with a text of its own from the server, and cancels a third of them
 * at random. The choice is the same with every run.
 */
export async function streamMany(backend: Backend, server: WireServer, count: number): Promise<ManyStreams> {
  const wholeOf = (prompt: string): string[] =>
    Array.from({ length: PIECES }, (_, i) => `${prompt.trim()}.${i} `);
  server.reply((request) => ({
    deltas: wholeOf(server.wire.prompts(request)[0] ?? ''),
    fault: { kind: 'left-open' },
  }));
  const chance = chances();
  const plans = Array.from({ length: count }, (_, n) => ({
    prompt: `${n}`,
    cancelAfter: chance.next().value < 1 / 3 ? 1 + Math.floor(chance.next().value * 5) : null,
  }));
  const wrong: { prompt: string; text: string }[] = [];
  const context = new ExamContext();
  const thunks = await Promise.all(
    plans.map(async ({ prompt, cancelAfter }) => {
      const options = { modelOptions: { stream: true } };
      const [thunk] = await backend.generateFromContext(prompt, context, options);
      if (cancelAfter !== null) {
        let left = cancelAfter;
        for await (const _piece of thunk) if (--left === 0) break;
        await thunk.cancelGeneration();
      }
      const text = await thunk.avalue();
      const whole = wholeOf(prompt).join('');
      const isRight = cancelAfter === null ? text === whole : text !== '' && whole.startsWith(text);
      if (!isRight) wrong.push({ prompt, text });
      return new WeakRef(thunk);
    }),
  );
  return { wrong, cancelled: plans.filter(({ cancelAfter }) => cancelAfter !== null).length, thunks };
}

/** How many bytes are in use after a collection. */
export async function heapUsed(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  // What a turn of the loop holds is let go with it.
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

/** Numbers from 0 to 1, the same with every run. */
function* chances(): Generator<number, never> {
  for (let state = 1; ; ) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}
