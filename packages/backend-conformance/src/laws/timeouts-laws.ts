import { strict as assert } from 'node:assert';
import { GenerationTimeoutError } from '@melliflow/core';
import { type Law, type LawText, lawsOf } from '../exam/law.js';
import type { ExamSettings } from '../exam/subject.js';
import type { StallFault } from '../servers/fault.js';
import { Turnstile } from '../servers/turnstile.js';
import { assertIs, rejection } from './rejection.js';

const timeoutMs = 500;

/** The law of one timeout and the stall that it ends. */
function ends(
  name: keyof NonNullable<ExamSettings['timeouts']>,
  after: StallFault['after'],
  sentence: string,
  streams: readonly boolean[],
): LawText {
  return {
    clause: '9',
    sentence,
    async run(exam) {
      for (const stream of streams) {
        const fault = { kind: 'stall', after, until: new Turnstile() } as const;
        const opened = await exam.open([{ deltas: ['one ', 'two'], fault }], {
          timeouts: { [name]: timeoutMs },
        });
        const startedAt = performance.now();
        const options = { modelOptions: { stream } };
        const [thunk] = await opened.backend.generateFromContext('Go.', exam.context, options);
        const error = await rejection(thunk.avalue(), 'avalue()');
        assertIs(error, GenerationTimeoutError);
        const tookMs = performance.now() - startedAt;
        assert.ok(tookMs > timeoutMs - 10, `it came after ${Math.round(tookMs)} ms`);
        assert.equal(thunk.partialValue, after === 1 ? 'one ' : '', 'partialValue');
        await (await opened.request()).closed();
      }
    },
  };
}

export const timeoutsLaws: readonly Law[] = lawsOf('timeouts', {
  headers: ends(
    'headersMs',
    undefined,
    'headersMs ends the wait for the headers, and closes the connection.',
    [false, true],
  ),
  'first-chunk': ends('firstChunkMs', 0, 'firstChunkMs ends the wait for the first piece.', [true]),
  idle: ends('idleMs', 1, 'idleMs ends a silence between two pieces; the part is kept.', [true]),
  total: ends('totalMs', 1, 'totalMs ends everything.', [true]),
  raw: {
    clause: '4.3, 9',
    sentence: 'The timeouts hold for raw batches too.',
    needs: ['raw'],
    async run(exam) {
      const fault = { kind: 'stall', until: new Turnstile() } as const;
      const opened = await exam.open([{ deltas: ['ok'], fault }], { timeouts: { headersMs: timeoutMs } });
      const error = await rejection(opened.backend.generateFromRaw(['Go.'], exam.context), 'generateFromRaw');
      assertIs((error as Error).cause, GenerationTimeoutError);
      await (await opened.request()).closed();
    },
  },
  'keep-alive': {
    clause: '9',
    sentence: 'Comment lines are no sign of life: idleMs counts content.',
    needs: ['streaming'],
    async run(exam) {
      const keepAlive = new Turnstile();
      const fault = { kind: 'stall', after: 1, until: new Turnstile(), keepAlive } as const;
      const { backend } = await exam.open([{ deltas: ['one ', 'two'], fault }], {
        timeouts: { idleMs: timeoutMs },
      });
      const [thunk] = await backend.generateFromContext('Go.', exam.context, {
        modelOptions: { stream: true },
      });
      const ended = rejection(thunk.avalue(), 'avalue()');
      await exam.until(() => {
        if (keepAlive.waiting > 0) keepAlive.pass();
        return thunk.settled;
      });
      assertIs(await ended, GenerationTimeoutError);
    },
  },
  enough: {
    clause: '9',
    sentence: 'A reply that is slow, but not too slow, is no timeout.',
    needs: ['streaming'],
    async run(exam) {
      const turnstile = new Turnstile();
      const timeouts = { headersMs: 2000, firstChunkMs: 2000, idleMs: 2000, totalMs: 8000 };
      const fault = { kind: 'drip', turnstile } as const;
      const { backend } = await exam.open([{ deltas: ['a', 'b', 'c'], fault }], { timeouts });
      const [thunk] = await backend.generateFromContext('Go.', exam.context, {
        modelOptions: { stream: true },
      });
      await exam.until(() => {
        if (turnstile.waiting > 0) turnstile.pass();
        return thunk.settled;
      });
      assert.equal(await thunk.avalue(), 'abc');
    },
  },
});
