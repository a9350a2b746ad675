import { strict as assert } from 'node:assert';
import { type Law, lawsOf } from '../exam/law.js';
import { Turnstile } from '../servers/turnstile.js';
import { assertSoon, rejection } from './rejection.js';

const stream = { modelOptions: { stream: true } };

export const disposeLaws: readonly Law[] = lawsOf('dispose', {
  running: {
    clause: '2.7',
    sentence: 'Disposing of a running thunk cancels it and closes the connection.',
    async run(exam) {
      const fault = { kind: 'stall', after: 1, until: new Turnstile() } as const;
      const { backend, request } = await exam.open([{ deltas: ['part ', 'rest'], fault }]);
      const [thunk] = await backend.generateFromContext('Go.', exam.context, stream);
      const asked = await request();
      if (backend.capabilities.streaming) await exam.until(() => thunk.partialValue !== '');
      const startedAt = performance.now();
      await thunk[Symbol.asyncDispose]();
      assertSoon(await asked.closed(), startedAt);
      assert.deepEqual([thunk.cancelled, thunk.settled], [true, true]);
    },
  },
  over: {
    clause: '2.7',
    sentence: 'Disposing of a thunk that is over changes nothing.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['whole'] }]);
      const [thunk] = await backend.generateFromContext('Go.', exam.context);
      await thunk.avalue();
      await thunk[Symbol.asyncDispose]();
      assert.deepEqual([thunk.value, thunk.cancelled], ['whole', false]);
    },
  },
  failed: {
    clause: '2.5',
    sentence: 'A failure in the middle closes the connection at once, although the provider keeps it open.',
    needs: ['streaming'],
    async run(exam) {
      for (const kind of ['error-event', 'malformed-json'] as const) {
        const until = new Turnstile();
        const fault = [
          { kind, after: 1 },
          { kind: 'left-open' },
          { kind: 'stall', after: 1, until },
        ] as const;
        const { backend, request } = await exam.open([{ deltas: ['part ', 'rest'], fault }]);
        const [thunk] = await backend.generateFromContext('Go.', exam.context, stream);
        const ended = rejection(thunk.avalue(), 'avalue()');
        const asked = await request();
        await exam.until(() => thunk.partialValue !== '', 'the first piece');
        until.open();
        await ended;
        assertSoon(await asked.closed(), performance.now());
      }
    },
  },
  'nothing-left': {
    clause: '2.7',
    sentence: 'When replies are over, whole or cut, none is held open.',
    async run(exam) {
      const replies = [
        { deltas: ['a'] },
        { deltas: ['b', 'c'], fault: { kind: 'cut', after: 1 } as const },
        { deltas: ['d'] },
      ];
      const { backend, requests } = await exam.open(replies);
      for (let call = 0; call < replies.length; call++) {
        const [thunk] = await backend.generateFromContext('Go.', exam.context, stream);
        await exam.until(() => thunk.settled);
      }
      await exam.until(() => requests().every(({ open }) => !open));
      assert.equal(requests().length, 3, 'requests');
    },
  },
});
