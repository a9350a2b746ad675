import { strict as assert } from 'node:assert';
import { ComputedModelOutputThunk, IncompleteStreamError } from '@melliflow/core';
import { type Law, lawsOf } from '../exam/law.js';
import { Turnstile } from '../servers/turnstile.js';
import { assertIs, rejection } from './rejection.js';

const streamed = { modelOptions: { stream: true } };

export const valueLaws: readonly Law[] = lawsOf('value', {
  whole: {
    clause: '2.2',
    sentence: 'avalue() is the whole text, character by character.',
    async run(exam) {
      const deltas = ['Grüße, ', '世界 ', '🙂🙃', ' "quoted" \\ ', '\u0000end'];
      const { backend } = await exam.open([{ deltas }]);
      for (const options of [{}, streamed]) {
        const [thunk] = await backend.generateFromContext('Greet.', exam.context, options);
        assert.equal(await thunk.avalue(), deltas.join(''));
      }
    },
  },
  large: {
    clause: '2.2',
    sentence: 'Two thousand pieces arrive whole and in order.',
    async run(exam) {
      const deltas = Array.from({ length: 2000 }, (_, i) => `<${i}>${'x'.repeat(i % 97)}`);
      const { backend } = await exam.open([{ deltas }]);
      const [thunk] = await backend.generateFromContext('Count.', exam.context, streamed);
      const text = await thunk.avalue();
      assert.equal(text.length, deltas.join('').length, 'length');
      assert.ok(text === deltas.join(''), 'the pieces are out of order');
    },
  },
  'same-for-all': {
    clause: '2.2',
    sentence: 'All who await a thunk, before and after its end, get the same text.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['Hel', 'lo.'] }]);
      const [thunk] = await backend.generateFromContext('Say hello.', exam.context);
      const early = await Promise.all([thunk.avalue(), thunk.avalue(), thunk.avalue()]);
      assert.deepEqual([...early, await thunk.avalue()], ['Hello.', 'Hello.', 'Hello.', 'Hello.']);
    },
  },
  computed: {
    clause: '2.3, 2.9',
    sentence: 'After avalue() the thunk is computed, and its value is the text.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['done'] }]);
      const [thunk] = await backend.generateFromContext('Go.', exam.context);
      const value = await thunk.avalue();
      assert.ok(thunk.isComputed(), 'isComputed()');
      assert.deepEqual([thunk.value, thunk.settled, thunk.partialValue], [value, true, value]);
      assert.ok(thunk instanceof ComputedModelOutputThunk, 'instanceof ComputedModelOutputThunk');
    },
  },
  empty: {
    clause: '2.6',
    sentence: 'An empty reply that ends properly is a success with the empty text.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: [] }]);
      for (const options of [{}, streamed]) {
        const [thunk] = await backend.generateFromContext('Say nothing.', exam.context, options);
        assert.equal(await thunk.avalue(), '');
      }
    },
  },
  incomplete: {
    clause: '2.6',
    sentence: 'A stream that stops without its end marker is IncompleteStreamError, never a short success.',
    async run(exam) {
      const { backend } = await exam.open([
        { deltas: ['half ', 'an answer'], fault: { kind: 'cut', after: 1 } },
      ]);
      const [thunk] = await backend.generateFromContext('Answer.', exam.context, streamed);
      assertIs(await rejection(thunk.avalue(), 'avalue()'), IncompleteStreamError);
      assert.equal(thunk.partialValue, 'half ', 'partialValue');
    },
  },
  'same-error': {
    clause: '2.2, 2.5',
    sentence: 'All who await a failed thunk get the same error, and it is never computed.',
    async run(exam) {
      const fault = { kind: 'reset', after: 1 } as const;
      const { backend } = await exam.open([{ deltas: ['a', 'b'], fault }]);
      const [thunk] = await backend.generateFromContext('Fail.', exam.context, streamed);
      const [one, two] = await Promise.all([
        rejection(thunk.avalue(), 'avalue()'),
        rejection(thunk.avalue(), 'avalue()'),
      ]);
      assert.ok(one === two && one === (await rejection(thunk.avalue(), 'avalue()')), 'it is another error');
      assert.deepEqual([thunk.isComputed(), thunk.value, thunk.settled], [false, null, true]);
    },
  },
  partial: {
    clause: '2.5',
    sentence: 'After a failure partialValue keeps what had arrived.',
    async run(exam) {
      const until = new Turnstile();
      const faults = [{ kind: 'reset', after: 2 } as const, { kind: 'stall', after: 2, until } as const];
      const { backend } = await exam.open([{ deltas: ['one ', 'two ', 'three'], fault: faults }]);
      const [thunk] = await backend.generateFromContext('Count.', exam.context, streamed);
      const done = rejection(thunk.avalue(), 'avalue()');
      await exam.until(() => thunk.partialValue === 'one two ' || thunk.settled);
      until.open();
      await done;
      assert.equal(thunk.partialValue, 'one two ');
    },
  },
  parsed: {
    clause: '2.10',
    sentence: 'After completion parsedRepr of a plain question is the text.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['yes'] }]);
      const [thunk] = await backend.generateFromContext('Well?', exam.context);
      assert.equal(thunk.parsedRepr, null, 'parsedRepr before the end');
      await thunk.avalue();
      assert.equal(thunk.parsedRepr, 'yes');
    },
  },
  json: {
    clause: '4.1',
    sentence: 'A thunk and its generateLog survive JSON.stringify.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const [thunk] = await backend.generateFromContext('Say ok.', exam.context);
      await thunk.avalue();
      assert.equal(JSON.parse(JSON.stringify(thunk)).value, 'ok');
      assert.equal(JSON.parse(JSON.stringify(thunk.generateLog)).modelOutput, 'ok');
    },
  },
});
