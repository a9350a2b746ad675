import { strict as assert } from 'node:assert';
import { CBlock, InvalidRequestError } from '@melliflow/core';
import { ExamContext } from '../exam/exam-context.js';
import { type Law, lawsOf } from '../exam/law.js';
import { Turnstile } from '../servers/turnstile.js';
import { assertIs, rejection } from './rejection.js';

export const contextLaws: readonly Law[] = lawsOf('context', {
  returned: {
    clause: '4.2',
    sentence: 'The context that is returned is the given one, then the action, then the thunk.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const [first, action] = [new CBlock('first'), new CBlock('action')];
      const [thunk, after] = await backend.generateFromContext(action, exam.context.add(first));
      const entries = after.asList();
      assert.equal(entries.length, 3, 'entries');
      assert.ok(
        entries[0] === first && entries[1] === action && entries[2] === (thunk as unknown),
        'other entries',
      );
      await thunk.avalue();
    },
  },
  unchanged: {
    clause: '4.2',
    sentence: 'The context that was given stays as it was.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const before = exam.context.add(new CBlock('first'));
      const [thunk] = await backend.generateFromContext('Go.', before);
      await thunk.avalue();
      assert.equal(before.asList().map(String).join(), 'first');
    },
  },
  order: {
    clause: '4',
    sentence: 'The provider is shown the view, oldest first, and the action last.',
    async run(exam) {
      const { backend, request } = await exam.open([{ deltas: ['ok'] }]);
      const words = ['alpha', 'bravo', 'charlie'];
      const context = words.reduce((ctx, word) => ctx.add(new CBlock(word)), exam.context);
      const [thunk] = await backend.generateFromContext('delta', context);
      await thunk.avalue();
      const { text } = await request();
      const places = [...words, 'delta'].map((word) => text.indexOf(word));
      assert.ok(!places.includes(-1), `not all of ${words.join()},delta was sent`);
      assert.deepEqual(
        places,
        places.toSorted((a, b) => a - b),
        'their order',
      );
    },
  },
  blind: {
    clause: '3.1',
    sentence: 'A context without a view is refused before any request.',
    async run(exam) {
      const { backend, requests } = await exam.open([{ deltas: ['ok'] }]);
      const work = backend.generateFromContext('Go.', new ExamContext(true));
      assertIs(await rejection(work, 'generateFromContext'), InvalidRequestError);
      await exam.drain();
      assert.equal(requests().length, 0, 'requests');
    },
  },
  awaited: {
    clause: '3.2',
    sentence: 'A thunk in the view that is not computed yet is awaited before anything is sent.',
    async run(exam) {
      const until = new Turnstile();
      const opened = await exam.open([
        { deltas: ['zulu'], fault: { kind: 'stall', until } },
        { deltas: ['ok'] },
      ]);
      const { backend, requests, request } = opened;
      const [, context] = await backend.generateFromContext('First.', exam.context);
      await request(1);
      const [thunk] = await backend.generateFromContext('Second.', context);
      await exam.drain();
      assert.equal(requests().length, 1, 'requests while the first still runs');
      until.open();
      assert.equal(await thunk.avalue(), 'ok');
      assert.ok((await request(2)).text.includes('zulu'), 'its text was not sent');
    },
  },
  'not-one': {
    clause: '4.1',
    sentence: 'What is no context, or no action, is a TypeError before any request.',
    async run(exam) {
      const { backend, requests } = await exam.open([{ deltas: ['ok'] }]);
      for (const ask of [
        () => backend.generateFromContext('Go.', {} as ExamContext),
        () => backend.generateFromContext(7 as unknown as string, exam.context),
      ]) {
        const error = await rejection(ask(), 'generateFromContext');
        assert.ok(error instanceof TypeError, 'it must be a TypeError');
      }
      await exam.drain();
      assert.equal(requests().length, 0, 'requests');
    },
  },
});
