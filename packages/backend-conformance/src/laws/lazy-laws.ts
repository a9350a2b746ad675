import { strict as assert } from 'node:assert';
import { type Law, lawsOf } from '../exam/law.js';
import { hearUnhandled } from '../exam/side-channels.js';
import { Turnstile } from '../servers/turnstile.js';

export const lazyLaws: readonly Law[] = lawsOf('lazy', {
  background: {
    clause: '2.1',
    sentence: 'generateFromContext resolves before the model has answered.',
    async run(exam) {
      const until = new Turnstile();
      const { backend } = await exam.open([{ deltas: ['late'], fault: { kind: 'stall', until } }]);
      const [thunk] = await backend.generateFromContext('Take your time.', exam.context);
      assert.equal(thunk.settled, false, 'settled');
      until.open();
      assert.equal(await thunk.avalue(), 'late');
    },
  },
  uncomputed: {
    clause: '2.3',
    sentence: 'Before its end a thunk is not computed and has no value.',
    async run(exam) {
      const until = new Turnstile();
      const { backend } = await exam.open([{ deltas: ['late'], fault: { kind: 'stall', until } }]);
      const [thunk] = await backend.generateFromContext('Take your time.', exam.context);
      assert.deepEqual(
        [thunk.isComputed(), thunk.value, thunk.generateType, thunk.cancelled],
        [false, null, 'async', false],
      );
      until.open();
      await thunk.avalue();
    },
  },
  unwatched: {
    clause: '2.1',
    sentence: 'A generation runs to its end although nobody awaits it.',
    async run(exam) {
      const { backend, requests } = await exam.open([{ deltas: ['done'] }]);
      const [thunk] = await backend.generateFromContext('Go on.', exam.context);
      await exam.until(() => thunk.settled);
      assert.equal(requests().length, 1, 'requests');
      assert.equal(thunk.partialValue, 'done');
      assert.equal(thunk.isComputed(), false, 'isComputed() before anybody read');
    },
  },
  unhandled: {
    clause: '2.5',
    sentence: 'A failure that nobody looks at is no unhandled rejection.',
    async run(exam) {
      const seen: unknown[] = [];
      const { backend } = await exam.open([{ deltas: ['a', 'b'], fault: { kind: 'reset', after: 1 } }]);
      await exam.during(
        () => hearUnhandled(seen),
        async () => {
          const options = { modelOptions: { stream: true } };
          const [thunk] = await backend.generateFromContext('Fail.', exam.context, options);
          await exam.until(() => thunk.settled, 'the failure');
          await exam.drain();
        },
      );
      assert.equal(seen.length, 0, `unhandled rejections: ${seen.join(', ')}`);
    },
  },
  'no-then': {
    clause: '2.8',
    sentence: 'A thunk is never thenable.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const [thunk] = await backend.generateFromContext('Say ok.', exam.context);
      assert.equal('then' in thunk, false, 'the thunk has a member "then"');
      await thunk.avalue();
      assert.equal('then' in thunk, false, 'the computed thunk has a member "then"');
    },
  },
  once: {
    clause: '2.2',
    sentence: 'However often a thunk is awaited, the provider is asked once.',
    async run(exam) {
      const { backend, requests } = await exam.open([{ deltas: ['ok'] }]);
      const [thunk] = await backend.generateFromContext('Say ok.', exam.context);
      await Promise.all([thunk.avalue(), thunk.avalue()]);
      await thunk.avalue();
      await exam.drain();
      assert.equal(requests().length, 1, 'requests');
    },
  },
});
