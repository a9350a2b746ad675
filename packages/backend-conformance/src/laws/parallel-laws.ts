import { strict as assert } from 'node:assert';
import { type Law, lawsOf } from '../exam/law.js';
import { Turnstile } from '../servers/turnstile.js';

const count = 60;
const idOf = (prompt: string): string => /<[a-z]+\d+>/.exec(prompt)?.[0] ?? 'nobody';

export const parallelLaws: readonly Law[] = lawsOf('parallel', {
  apart: {
    clause: '2.4',
    sentence: 'Sixty streams at once on one backend each get their own text, whole.',
    needs: ['streaming'],
    async run(exam) {
      const { backend } = await exam.open((prompt) => ({ deltas: [...`answer to ${idOf(prompt)}`] }));
      const options = { modelOptions: { stream: true } };
      const ask = async (_: unknown, i: number): Promise<string> =>
        (await backend.generateFromContext(`I am <p${i}>`, exam.context, options))[0].avalue();
      const texts = await Promise.all(Array.from({ length: count }, ask));
      assert.deepEqual(
        texts,
        Array.from({ length: count }, (_, i) => `answer to <p${i}>`),
      );
    },
  },
  cancelled: {
    clause: '2.4, 2.7',
    sentence: 'When a third of them is cancelled, the others lose nothing, and no connection stays open.',
    needs: ['streaming'],
    async run(exam) {
      const until = new Turnstile();
      const { backend, requests } = await exam.open((prompt) => ({
        deltas: [`answer to ${idOf(prompt)}`, ', in full'],
        fault: { kind: 'stall', after: 1, until },
      }));
      const options = { modelOptions: { stream: true } };
      const ask = async (_: unknown, i: number) =>
        (await backend.generateFromContext(`I am <p${i}>`, exam.context, options))[0];
      const thunks = await Promise.all(Array.from({ length: count }, ask));
      await exam.until(() => thunks.every(({ partialValue }) => partialValue !== ''));
      await Promise.all(thunks.filter((_, i) => i % 3 === 0).map((thunk) => thunk.cancelGeneration()));
      until.open();
      const texts = await Promise.all(thunks.map((thunk) => thunk.avalue()));
      const whole = thunks.map((_, i) => `answer to <p${i}>, in full`);
      assert.deepEqual(
        texts.map((text, i) => (i % 3 === 0 ? whole[i]?.startsWith(text) && text !== whole[i] : text)),
        whole.map((text, i) => i % 3 === 0 || text),
      );
      await exam.until(() => requests().every(({ open }) => !open));
    },
  },
  mixed: {
    clause: '2.4',
    sentence: 'A failing, a whole and a streamed call at once do not disturb each other.',
    async run(exam) {
      const { backend } = await exam.open((prompt) => {
        const id = idOf(prompt);
        return id === '<bad1>' ? { fault: { kind: 'reset', beforeHeaders: true } } : { deltas: ['for ', id] };
      });
      const ask = async (prompt: string, stream: boolean): Promise<string> =>
        (await backend.generateFromContext(prompt, exam.context, { modelOptions: { stream } }))[0].avalue();
      const ends = await Promise.allSettled([
        ask('<bad1>', true),
        ask('<whole1>', false),
        ask('<stream1>', true),
      ]);
      assert.deepEqual(
        ends.map((end) => (end.status === 'fulfilled' ? end.value : end.status)),
        ['rejected', 'for <whole1>', 'for <stream1>'],
      );
    },
  },
});
