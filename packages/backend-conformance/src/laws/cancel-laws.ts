import { strict as assert } from 'node:assert';
import { getEventListeners } from 'node:events';
import { GenerationCancelledError, type ModelOutputThunk } from '@melliflow/core';
import type { Exam, OpenedBackend } from '../exam/exam.js';
import { type Law, lawsOf } from '../exam/law.js';
import { Turnstile } from '../servers/turnstile.js';
import { assertIs, assertSoon, readAll, rejection } from './rejection.js';

interface Stalled extends OpenedBackend {
  thunk: ModelOutputThunk;
}

/** A stream that has told `part ` and will tell no more. */
async function stalled(exam: Exam, signal?: AbortSignal): Promise<Stalled> {
  const fault = { kind: 'stall', after: 1, until: new Turnstile() } as const;
  const opened = await exam.open([{ deltas: ['part ', 'rest'], fault }]);
  const options = { modelOptions: { stream: true }, signal };
  const [thunk] = await opened.backend.generateFromContext('Go on.', exam.context, options);
  await opened.request();
  if (opened.backend.capabilities.streaming) await exam.until(() => thunk.partialValue !== '');
  return { ...opened, thunk };
}

export const cancelLaws: readonly Law[] = lawsOf('cancel', {
  part: {
    clause: '2.7',
    sentence: 'A cancelled thunk is computed with the part that came.',
    async run(exam) {
      const { thunk } = await stalled(exam);
      await thunk.cancelGeneration();
      const { partialValue } = thunk;
      assert.deepEqual(
        [thunk.isComputed(), thunk.cancelled, thunk.settled, thunk.parsedRepr, thunk.value],
        [true, true, true, null, partialValue],
      );
      assert.ok('part '.startsWith(partialValue), `partialValue is "${partialValue}"`);
    },
  },
  pending: {
    clause: '2.7',
    sentence: 'Who awaits or reads when it is cancelled gets the part, not an error.',
    async run(exam) {
      const { thunk } = await stalled(exam);
      const [waiting, reading] = [thunk.avalue(), readAll(thunk)];
      await thunk.cancelGeneration();
      assert.equal(await waiting, thunk.value);
      const { items, error } = await reading;
      assert.equal(error, undefined, 'the reader was rejected');
      assert.equal(items.join(''), thunk.value);
    },
  },
  closes: {
    clause: '2.7',
    sentence: 'A cancel closes the connection at once, not only after the grace period.',
    async run(exam) {
      const { thunk, request } = await stalled(exam);
      const startedAt = performance.now();
      await thunk.cancelGeneration();
      assertSoon(await (await request()).closed(), startedAt);
    },
  },
  'before-first-byte': {
    clause: '2.7',
    sentence: 'A cancel before the first byte closes the connection too.',
    async run(exam) {
      const fault = { kind: 'stall', until: new Turnstile() } as const;
      const { backend, request } = await exam.open([{ deltas: ['never'], fault }]);
      const [thunk] = await backend.generateFromContext('Go on.', exam.context);
      const asked = await request();
      const startedAt = performance.now();
      await thunk.cancelGeneration();
      assertSoon(await asked.closed(), startedAt);
      assert.deepEqual([thunk.value, thunk.cancelled], ['', true]);
    },
  },
  abort: {
    clause: '4.6',
    sentence: 'An abort of the signal is a failure with GenerationCancelledError, and closes the connection.',
    async run(exam) {
      const controller = new AbortController();
      const { thunk, request } = await stalled(exam, controller.signal);
      const failure = rejection(thunk.avalue(), 'avalue()');
      const startedAt = performance.now();
      controller.abort();
      assertIs(await failure, GenerationCancelledError);
      assert.deepEqual([thunk.cancelled, thunk.isComputed(), thunk.settled], [true, false, true]);
      assertSoon(await (await request()).closed(), startedAt);
    },
  },
  'abort-before-first-byte': {
    clause: '4.6',
    sentence: 'An abort before the first byte closes the connection too.',
    async run(exam) {
      const controller = new AbortController();
      const fault = { kind: 'stall', until: new Turnstile() } as const;
      const { backend, request } = await exam.open([{ deltas: ['never'], fault }]);
      const { signal } = controller;
      const [thunk] = await backend.generateFromContext('Go on.', exam.context, { signal });
      const failure = rejection(thunk.avalue(), 'avalue()');
      const asked = await request();
      const startedAt = performance.now();
      controller.abort();
      assertSoon(await asked.closed(), startedAt);
      assertIs(await failure, GenerationCancelledError);
    },
  },
  whole: {
    clause: '2.7',
    sentence: 'A cancel in the middle of a reply that is not streamed closes the connection too.',
    async run(exam) {
      const fault = { kind: 'stall', after: 1, until: new Turnstile() } as const;
      const { backend, request } = await exam.open([{ deltas: ['half ', 'whole'], fault }]);
      const [thunk] = await backend.generateFromContext('Go on.', exam.context);
      const asked = await request();
      const startedAt = performance.now();
      await thunk.cancelGeneration();
      assertSoon(await asked.closed(), startedAt);
      assert.deepEqual([thunk.isComputed(), thunk.cancelled], [true, true]);
    },
  },
  'already-aborted': {
    clause: '4.6',
    sentence: 'A signal that is aborted already rejects before any request.',
    async run(exam) {
      const { backend, requests } = await exam.open([{ deltas: ['ok'] }]);
      const work = backend.generateFromContext('Go.', exam.context, { signal: AbortSignal.abort() });
      assertIs(await rejection(work, 'generateFromContext'), GenerationCancelledError);
      await exam.drain();
      assert.equal(requests().length, 0, 'requests');
    },
  },
  computed: {
    clause: '2.7',
    sentence: 'A cancel of a computed thunk does nothing.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['whole'] }]);
      const [thunk] = await backend.generateFromContext('Go.', exam.context);
      await thunk.avalue();
      await thunk.cancelGeneration();
      assert.deepEqual([thunk.value, thunk.cancelled, thunk.parsedRepr], ['whole', false, 'whole']);
    },
  },
  twice: {
    clause: '2.7',
    sentence: 'Two cancels at once both resolve, when nothing runs any more.',
    async run(exam) {
      const { thunk } = await stalled(exam);
      const settled = [thunk.cancelGeneration(), thunk.cancelGeneration()].map((work) =>
        work.then(() => thunk.settled),
      );
      assert.deepEqual(await Promise.all(settled), [true, true]);
    },
  },
  listeners: {
    clause: '4.6',
    sentence: "A generation leaves no listener on the caller's signal.",
    async run(exam) {
      const { signal } = new AbortController();
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      for (const stream of [true, false, true]) {
        const options = { signal, modelOptions: { stream } };
        const [thunk] = await backend.generateFromContext('Go.', exam.context, options);
        await thunk.avalue();
      }
      await exam.drain();
      assert.equal(getEventListeners(signal, 'abort').length, 0, 'listeners');
    },
  },
});
