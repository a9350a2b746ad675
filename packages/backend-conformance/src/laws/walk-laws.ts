import { strict as assert } from 'node:assert';
import { type Part, waitForAllMots } from '@melliflow/core';
import { ExamComponent } from '../exam/exam-context.js';
import { type Law, lawsOf } from '../exam/law.js';
import { Turnstile } from '../servers/turnstile.js';
import { rejection } from './rejection.js';

const stream = { modelOptions: { stream: true } };

export const walkLaws: readonly Law[] = lawsOf('walk', {
  first: {
    clause: '2.1, 4.1',
    sentence: 'An action is sent when the thunks that it is made of are computed, and shows their text.',
    async run(exam) {
      const until = new Turnstile();
      const opened = await exam.open([
        { deltas: ['yankee'], fault: { kind: 'stall', until } },
        { deltas: ['ok'] },
      ]);
      const { backend, requests, request } = opened;
      const [part] = await backend.generateFromContext('First.', exam.context);
      await request(1);
      const [thunk] = await backend.generateFromContext(new ExamComponent([part]), exam.context);
      await exam.drain();
      assert.equal(requests().length, 1, 'requests while the part still runs');
      until.open();
      assert.equal(await thunk.avalue(), 'ok');
      assert.ok((await request(2)).text.includes('yankee'), "the part's text was not sent");
    },
  },
  failure: {
    clause: '2.1, 2.5',
    sentence: 'A part that fails is the failure of the action, which is never sent.',
    async run(exam) {
      const { backend, requests } = await exam.open([
        { deltas: ['a', 'b'], fault: { kind: 'cut', after: 1 } },
      ]);
      const [part] = await backend.generateFromContext('First.', exam.context, stream);
      const [thunk] = await backend.generateFromContext(new ExamComponent([part]), exam.context);
      const failure = await rejection(thunk.avalue(), 'avalue()');
      assert.ok(failure === (await rejection(part.avalue(), 'avalue() of the part')), 'it is another error');
      await exam.drain();
      assert.equal(requests().length, 1, 'requests');
    },
  },
  settled: {
    clause: '4.4',
    sentence: 'doGenerateWalks rejects with the first failure, after the others have settled.',
    async run(exam) {
      const until = new Turnstile();
      const { backend, request } = await exam.open([
        { deltas: ['a', 'b'], fault: { kind: 'cut', after: 1 } },
        { deltas: ['late'], fault: { kind: 'stall', until } },
      ]);
      const [bad] = await backend.generateFromContext('First.', exam.context, stream);
      await request(1);
      const [good] = await backend.generateFromContext('Second.', exam.context);
      await request(2);
      let over = false;
      const walk = backend.doGenerateWalks([bad, good]).finally(() => {
        over = true;
      });
      const failure = rejection(walk, 'doGenerateWalks');
      await exam.until(() => bad.settled);
      await exam.drain();
      assert.equal(over, false, 'it rejected while a thunk still runs');
      until.open();
      assert.ok((await failure) === (await rejection(bad.avalue(), 'avalue()')), 'it is another error');
      assert.ok(good.settled, 'settled');
    },
  },
  cycle: {
    clause: '4.4',
    sentence: 'An action that contains itself is a failure, and is never sent.',
    async run(exam) {
      const { backend, requests } = await exam.open([{ deltas: ['ok'] }]);
      const children: Part[] = [];
      const action = new ExamComponent(children);
      children.push(action);
      const work = async (): Promise<unknown> =>
        (await backend.generateFromContext(action, exam.context))[0].avalue();
      await rejection(work(), 'the generation');
      await exam.drain();
      assert.equal(requests().length, 0, 'requests');
    },
  },
  cancel: {
    clause: '2.7',
    sentence: 'A cancel does not wait for the parts, and the action is never sent.',
    async run(exam) {
      const until = new Turnstile();
      const { backend, requests, request } = await exam.open([
        { deltas: ['late'], fault: { kind: 'stall', until } },
      ]);
      const [part] = await backend.generateFromContext('First.', exam.context);
      await request(1);
      const [thunk] = await backend.generateFromContext(new ExamComponent([part]), exam.context);
      await thunk.cancelGeneration();
      assert.equal(part.settled, false, 'the part was settled');
      until.open();
      await part.avalue();
      await exam.drain();
      assert.equal(requests().length, 1, 'requests');
    },
  },
  raw: {
    clause: '4.1, 4.3',
    sentence: 'A raw batch waits for the parts of its actions too.',
    needs: ['raw'],
    async run(exam) {
      const until = new Turnstile();
      const opened = await exam.open([
        { deltas: ['xray'], fault: { kind: 'stall', until } },
        { deltas: ['ok'] },
      ]);
      const { backend, requests, request } = opened;
      const [part] = await backend.generateFromContext('First.', exam.context);
      await request(1);
      const batch = backend.generateFromRaw([new ExamComponent([part])], exam.context);
      await exam.drain();
      assert.equal(requests().length, 1, 'requests while the part still runs');
      until.open();
      await Promise.all([batch, waitForAllMots([part])]);
      assert.ok((await request(2)).text.includes('xray'), "the part's text was not sent");
    },
  },
});
