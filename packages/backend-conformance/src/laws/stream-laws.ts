import { strict as assert } from 'node:assert';
import type { ModelOutputThunk } from '@melliflow/core';
import { StreamFinishedError } from '@melliflow/core';
import type { Exam } from '../exam/exam.js';
import { type Law, lawsOf } from '../exam/law.js';
import type { ScriptedReply } from '../servers/scripted-reply.js';
import { Turnstile } from '../servers/turnstile.js';
import { assertIs, readAll, rejection } from './rejection.js';

const needs = ['streaming'] as const;

async function stream(exam: Exam, reply: ScriptedReply): Promise<ModelOutputThunk> {
  const { backend } = await exam.open([reply]);
  const [thunk] = await backend.generateFromContext('Go on.', exam.context, {
    modelOptions: { stream: true },
  });
  return thunk;
}

export const streamLaws: readonly Law[] = lawsOf('stream', {
  early: {
    clause: '2.4',
    sentence: 'A piece can be read while the model still writes.',
    needs,
    async run(exam) {
      const until = new Turnstile();
      const thunk = await stream(exam, {
        deltas: ['first', ' last'],
        fault: { kind: 'stall', after: 1, until },
      });
      let text = '';
      for await (const piece of thunk) {
        text += piece;
        if (text !== 'first') continue;
        assert.equal(thunk.settled, false, 'settled');
        until.open();
      }
      assert.equal(text, 'first last');
    },
  },
  loop: {
    clause: '2.3',
    sentence: 'The loop of astream() until isComputed() gives every character.',
    needs,
    async run(exam) {
      const deltas = Array.from({ length: 50 }, (_, i) => `${i}, `);
      const thunk = await stream(exam, { deltas });
      let text = '';
      while (!thunk.isComputed()) text += await thunk.astream();
      assert.equal(text, deltas.join(''));
    },
  },
  'loop-late': {
    clause: '2.3',
    sentence: 'The loop gives every character also when the reply was over before it began.',
    needs,
    async run(exam) {
      const thunk = await stream(exam, { deltas: ['all ', 'at once'] });
      await exam.until(() => thunk.settled);
      let text = '';
      while (!thunk.isComputed()) text += await thunk.astream();
      assert.equal(text, 'all at once');
    },
  },
  finished: {
    clause: '2.3',
    sentence: 'astream() on a computed thunk rejects with StreamFinishedError.',
    needs,
    async run(exam) {
      const thunk = await stream(exam, { deltas: ['ok'] });
      await thunk.avalue();
      assertIs(await rejection(thunk.astream(), 'astream()'), StreamFinishedError);
    },
  },
  readers: {
    clause: '2.4',
    sentence: 'Several readers at once, and one after the end, each get everything from the first piece.',
    needs,
    async run(exam) {
      const thunk = await stream(exam, { deltas: ['a', 'b', 'c'] });
      const [one, two] = await Promise.all([readAll(thunk), readAll(thunk)]);
      const three = await readAll(thunk);
      for (const { items } of [one, two, three]) assert.equal(items.join(''), 'abc');
    },
  },
  leave: {
    clause: '2.4',
    sentence: 'Leaving a loop ends that reader only.',
    needs,
    async run(exam) {
      const until = new Turnstile();
      const thunk = await stream(exam, { deltas: ['a', 'b'], fault: { kind: 'stall', after: 1, until } });
      for await (const delta of thunk) {
        assert.equal(delta, 'a');
        break;
      }
      until.open();
      assert.equal(await thunk.avalue(), 'ab');
      assert.equal(thunk.cancelled, false, 'cancelled');
    },
  },
  'error-after-text': {
    clause: '2.5',
    sentence: 'A reader gets the text that came, then the error that everybody gets.',
    needs,
    async run(exam) {
      const thunk = await stream(exam, { deltas: ['a', 'b'], fault: { kind: 'cut', after: 1 } });
      const { items, error } = await readAll(thunk);
      assert.equal(items.join(''), 'a');
      assert.ok(error !== undefined, 'the loop must reject');
      assert.ok(error === (await rejection(thunk.avalue(), 'avalue()')), 'avalue() has another error');
    },
  },
  utf8: {
    clause: '2.2',
    sentence: 'A character whose bytes arrive one by one arrives whole.',
    needs,
    async run(exam) {
      const thunk = await stream(exam, { deltas: ['x€', '🙂', 'ÿ'], fault: { kind: 'split-utf8' } });
      assert.equal(await thunk.avalue(), 'x€🙂ÿ');
    },
  },
  noise: {
    clause: '2.2',
    sentence: 'CRLF and comment lines on the wire are not text.',
    needs,
    async run(exam) {
      const thunk = await stream(exam, {
        deltas: ['a', 'b'],
        fault: [{ kind: 'crlf' }, { kind: 'comments' }],
      });
      assert.equal(await thunk.avalue(), 'ab');
    },
  },
  'left-open': {
    clause: '4.8',
    sentence: 'The end marker is the end, although the provider leaves the connection open.',
    needs,
    async run(exam) {
      const { backend, request } = await exam.open([{ deltas: ['ok'], fault: { kind: 'left-open' } }]);
      const options = { modelOptions: { stream: true } };
      const [thunk] = await backend.generateFromContext('Say ok.', exam.context, options);
      assert.equal(await thunk.avalue(), 'ok');
      await (await request()).closed();
    },
  },
  ttfb: {
    clause: '2.11',
    sentence: 'ttfbMs is told in a stream and only there.',
    needs,
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const ask = async (on: boolean): Promise<ModelOutputThunk> => {
        const [thunk] = await backend.generateFromContext('Say ok.', exam.context, {
          modelOptions: { stream: on },
        });
        await thunk.avalue();
        return thunk;
      };
      const [on, off] = [(await ask(true)).generation, (await ask(false)).generation];
      assert.ok(typeof on.ttfbMs === 'number' && on.ttfbMs >= 0, 'ttfbMs of a stream');
      assert.deepEqual([on.streaming, off.streaming, off.ttfbMs], [true, false, null]);
    },
  },
  web: {
    clause: '2.4',
    sentence: 'toReadableStream() gives the same pieces.',
    needs,
    async run(exam) {
      const thunk = await stream(exam, { deltas: ['a', 'b', 'c'] });
      const reader = thunk.toReadableStream().getReader();
      let text = '';
      for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
      assert.equal(text, 'abc');
    },
  },
});
