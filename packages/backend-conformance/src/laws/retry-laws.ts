import { strict as assert } from 'node:assert';
import { AuthenticationError, GenerationCancelledError, RateLimitError, ServerError } from '@melliflow/core';
import { type Law, lawsOf } from '../exam/law.js';
import type { Fault } from '../servers/fault.js';
import { assertBackendError, assertIs, assertSoon, rejection } from './rejection.js';

const three = { retry: { attempts: 3, initialDelayMs: 1 } };
const overloaded: Fault = { kind: 'status', status: 503 };

export const retryLaws: readonly Law[] = lawsOf('retry', {
  transient: {
    clause: '9',
    sentence: 'A failure that may pass is tried again.',
    async run(exam) {
      for (const stream of [false, true]) {
        const { backend, requests } = await exam.open([{ fault: overloaded }, { deltas: ['ok'] }], three);
        const [thunk] = await backend.generateFromContext('Go.', exam.context, { modelOptions: { stream } });
        assert.equal(await thunk.avalue(), 'ok');
        assert.equal(requests().length, 2, 'requests');
      }
    },
  },
  attempts: {
    clause: '9',
    sentence: 'There are as many attempts as the settings say, and then the last error.',
    async run(exam) {
      for (const attempts of [1, 3]) {
        const retry = { attempts, initialDelayMs: 1 };
        const { backend, requests } = await exam.open([{ fault: overloaded }], { retry });
        const [thunk] = await backend.generateFromContext('Go.', exam.context);
        assertIs(await rejection(thunk.avalue(), 'avalue()'), ServerError);
        await exam.drain();
        assert.equal(requests().length, attempts, 'requests');
      }
    },
  },
  refused: {
    clause: '9',
    sentence: 'A failure that cannot pass is not tried again.',
    async run(exam) {
      const fault = { kind: 'status', status: 401 } as const;
      const { backend, requests } = await exam.open([{ fault }, { deltas: ['ok'] }], three);
      const [thunk] = await backend.generateFromContext('Go.', exam.context);
      assertIs(await rejection(thunk.avalue(), 'avalue()'), AuthenticationError);
      await exam.drain();
      assert.equal(requests().length, 1, 'requests');
    },
  },
  delivered: {
    clause: '9',
    sentence: 'Nothing is tried again after the first piece was delivered.',
    needs: ['streaming'],
    async run(exam) {
      const broken = { deltas: ['one ', 'two'], fault: { kind: 'cut', after: 1 } } as const;
      const { backend, requests } = await exam.open([broken, { deltas: ['ok'] }], three);
      const [thunk] = await backend.generateFromContext('Go.', exam.context, {
        modelOptions: { stream: true },
      });
      assertBackendError(await rejection(thunk.avalue(), 'avalue()'));
      await exam.drain();
      assert.equal(requests().length, 1, 'requests');
      assert.equal(thunk.partialValue, 'one ');
    },
  },
  connection: {
    clause: '9',
    sentence: 'A connection that breaks before the reply is made again.',
    async run(exam) {
      const fault = { kind: 'reset', beforeHeaders: true } as const;
      const { backend, requests } = await exam.open([{ fault }, { deltas: ['ok'] }], three);
      const [thunk] = await backend.generateFromContext('Go.', exam.context);
      assert.equal(await thunk.avalue(), 'ok');
      assert.equal(requests().length, 2, 'requests');
    },
  },
  raw: {
    clause: '4.3, 9',
    sentence: 'A raw batch is tried again too.',
    needs: ['raw'],
    async run(exam) {
      const { backend, requests } = await exam.open([{ fault: overloaded }, { deltas: ['ok'] }], three);
      const [thunk] = await backend.generateFromRaw(['Go.'], exam.context);
      assert.equal(thunk?.value, 'ok');
      assert.equal(requests().length, 2, 'requests');
    },
  },
  abort: {
    clause: '4.6, 9',
    sentence: 'An abort ends the wait for the next attempt at once.',
    async run(exam) {
      const fault = { kind: 'status', status: 429, retryAfter: '30' } as const;
      const controller = new AbortController();
      const { backend, requests, request } = await exam.open([{ fault }], three);
      const [thunk] = await backend.generateFromContext('Go.', exam.context, { signal: controller.signal });
      const asked = await request();
      await exam.until(() => !asked.open);
      await exam.drain();
      assert.equal(thunk.settled, false, 'the provider asked to wait, but the generation is over');
      const startedAt = performance.now();
      controller.abort();
      assertIs(await rejection(thunk.avalue(), 'avalue()'), GenerationCancelledError);
      assertSoon(performance.now(), startedAt);
      assert.equal(requests().length, 1, 'requests');
    },
  },
  'retry-after': {
    clause: '9',
    sentence: 'The next attempt waits as long as the provider asks.',
    async run(exam) {
      const fault = { kind: 'status', status: 429, retryAfter: '1' } as const;
      const { backend, request } = await exam.open([{ fault }, { deltas: ['ok'] }], three);
      const [thunk] = await backend.generateFromContext('Go.', exam.context);
      const asked = await request();
      await exam.until(() => !asked.open);
      const startedAt = performance.now();
      assert.equal(await thunk.avalue(), 'ok');
      const waitedMs = performance.now() - startedAt;
      assert.ok(waitedMs > 900, `it waited ${Math.round(waitedMs)} ms`);
    },
  },
  'too-long': {
    clause: '9',
    sentence: 'When the provider asks to wait for an hour, the error comes at once.',
    async run(exam) {
      const fault = { kind: 'status', status: 429, retryAfter: '3600' } as const;
      const { backend } = await exam.open([{ fault }, { deltas: ['ok'] }], three);
      const [thunk] = await backend.generateFromContext('Go.', exam.context);
      assertIs(await rejection(thunk.avalue(), 'avalue()'), RateLimitError);
    },
  },
});
