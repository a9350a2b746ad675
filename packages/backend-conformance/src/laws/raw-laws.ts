import { strict as assert } from 'node:assert';
import {
  AuthenticationError,
  BatchGenerationError,
  CBlock,
  GenerationCancelledError,
  isModelOutputThunk,
  ModelNotFoundError,
  ServerError,
} from '@melliflow/core';
import { type Law, lawsOf } from '../exam/law.js';
import { Turnstile } from '../servers/turnstile.js';
import { assertBackendError, assertIs, rejection } from './rejection.js';
import { wrongReplies } from './wrong-replies.js';

const needs = ['raw'] as const;

export const rawLaws: readonly Law[] = lawsOf('raw', {
  order: {
    clause: '4.3',
    sentence: 'There is one computed thunk per action, in the order of the actions.',
    needs,
    async run(exam) {
      const { backend } = await exam.open((prompt) => ({ deltas: ['to ', prompt] }));
      const thunks = await backend.generateFromRaw(['one', 'two', 'three'], exam.context);
      assert.deepEqual(
        thunks.map((thunk) => [thunk.value, thunk.isComputed()]),
        [
          ['to one', true],
          ['to two', true],
          ['to three', true],
        ],
      );
    },
  },
  empty: {
    clause: '4.3',
    sentence: 'An empty list gives an empty list, without a request.',
    needs,
    async run(exam) {
      const { backend, requests } = await exam.open([{ deltas: ['ok'] }]);
      assert.deepEqual(await backend.generateFromRaw([], exam.context), []);
      await exam.drain();
      assert.equal(requests().length, 0, 'requests');
    },
  },
  bare: {
    clause: '4.3',
    sentence: 'A prompt is sent as it is: no chat template, and nothing of the context.',
    needs,
    async run(exam) {
      const { backend, request } = await exam.open([{ deltas: ['ok'] }]);
      const context = exam.context.add(new CBlock('quebec'));
      await backend.generateFromRaw(['Once upon  a\ntime'], context);
      const { prompts, text } = await request();
      assert.deepEqual(prompts, ['Once upon  a\ntime']);
      assert.ok(!text.includes('quebec'), 'the context was sent');
    },
  },
  failure: {
    clause: '4.3',
    sentence:
      'If anything fails, BatchGenerationError has the thunk or the error of every item, and the first error.',
    needs,
    async run(exam) {
      const fault = { kind: 'status', status: 400 } as const;
      const { backend } = await exam.open((prompt) => (prompt === 'two' ? { fault } : { deltas: ['ok'] }));
      const work = backend.generateFromRaw(['one', 'two', 'three'], exam.context);
      const error = await rejection(work, 'generateFromRaw');
      assertIs(error, BatchGenerationError);
      const { results, cause } = error as BatchGenerationError;
      assert.equal(results.length, 3, 'results');
      assertBackendError(results[1]);
      assert.ok(results.find((result) => result instanceof Error) === cause, 'cause is not the first error');
      for (const other of backend.capabilities.rawBatch ? [] : [results[0], results[2]]) {
        assert.ok(
          isModelOutputThunk(other) && other.value === 'ok',
          'an item that did not fail has no thunk',
        );
      }
    },
  },
  'one-call': {
    clause: '4.3',
    sentence: 'Where the wire takes a batch, one request takes all prompts.',
    needs: ['raw', 'rawBatch'],
    async run(exam) {
      const { backend, requests } = await exam.open((prompt) => ({ deltas: [prompt] }));
      await backend.generateFromRaw(['one', 'two', 'three'], exam.context);
      assert.deepEqual(
        requests().map(({ prompts }) => prompts),
        [['one', 'two', 'three']],
      );
    },
  },
  limit: {
    clause: '4.3',
    sentence: 'No more than maxConcurrency requests of a batch are open at once.',
    needs,
    async run(exam) {
      const until = new Turnstile();
      const stall = { kind: 'stall', until } as const;
      const opened = await exam.open((prompt) => ({ deltas: [prompt], fault: stall }), { maxConcurrency: 3 });
      const { backend, requests } = opened;
      assert.equal(backend.maxConcurrency, 3, 'maxConcurrency');
      const actions = Array.from({ length: 9 }, (_, i) => `prompt ${i}`);
      const batch = backend.generateFromRaw(actions, exam.context);
      const open = (): number => requests().filter((request) => request.open).length;
      await exam.until(() => open() >= (backend.capabilities.rawBatch ? 1 : 3));
      for (let answered = 0; answered < actions.length; answered++) {
        await exam.drain();
        assert.ok(open() <= 3, `${open()} requests are open`);
        until.pass();
      }
      until.open();
      assert.equal((await batch).length, 9, 'thunks');
    },
  },
  aborted: {
    clause: '4.3, 4.6',
    sentence: 'An abort closes the connections and fills what is open with GenerationCancelledError.',
    needs,
    async run(exam) {
      const controller = new AbortController();
      const stall = { kind: 'stall', until: new Turnstile() } as const;
      const { backend, request } = await exam.open((prompt) => ({ deltas: [prompt], fault: stall }));
      const batch = backend.generateFromRaw(['one', 'two'], exam.context, { signal: controller.signal });
      const failure = rejection(batch, 'generateFromRaw');
      const asked = await request();
      controller.abort();
      const error = await failure;
      assertIs(error, BatchGenerationError);
      for (const result of (error as BatchGenerationError).results) {
        assertIs(result, GenerationCancelledError);
      }
      await asked.closed();
    },
  },
  'already-aborted': {
    clause: '4.6',
    sentence: 'A signal that is aborted already rejects before any request.',
    needs,
    async run(exam) {
      const { backend, requests } = await exam.open([{ deltas: ['ok'] }]);
      const work = backend.generateFromRaw(['one'], exam.context, { signal: AbortSignal.abort() });
      assertIs(await rejection(work, 'generateFromRaw'), GenerationCancelledError);
      await exam.drain();
      assert.equal(requests().length, 0, 'requests');
    },
  },
  status: {
    clause: '4.3, 4',
    sentence: 'A status that is an error is the same error as in a chat.',
    needs,
    async run(exam) {
      for (const [status, type] of [
        [401, AuthenticationError],
        [404, ModelNotFoundError],
        [500, ServerError],
      ] as const) {
        const { backend } = await exam.open([{ fault: { kind: 'status', status } }]);
        const error = await rejection(backend.generateFromRaw(['one'], exam.context), 'generateFromRaw');
        assertIs((error as Error).cause, type);
      }
    },
  },
  faults: {
    clause: '2.5, 4.3, 4',
    sentence: 'Whatever is wrong with a reply, it is the same error as in a chat, and its connection closes.',
    needs,
    async run(exam) {
      for (const { fault, types, mayBeHarmless, settings } of wrongReplies()) {
        const { backend, requests } = await exam.open([{ deltas: ['one ', 'two'], fault }], settings);
        const work = backend.generateFromRaw(['Go.'], exam.context);
        const got = await work.then(
          ([thunk]) => thunk?.value,
          (error: Error) => error,
        );
        if (mayBeHarmless && !(got instanceof Error)) assert.equal(got, 'one two');
        else assertIs((got as Error).cause, ...types);
        await exam.until(() => requests().every(({ open }) => !open), 'closed connections');
      }
    },
  },
  format: {
    clause: '4.3',
    sentence:
      'With a format parsedRepr is the value; one that the wire cannot honour is a warning, not an error.',
    needs,
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['{"kilo": 7}'] }]);
      const format = { type: 'object', properties: { kilo: { type: 'integer' } } };
      const [thunk] = await backend.generateFromRaw(['one'], exam.context, { format });
      assert.deepEqual(thunk?.parsedRepr, { kilo: 7 });
      const warned = thunk?.generation.warnings.some(({ option }) => option === 'format');
      if (!backend.capabilities.format) assert.ok(warned, 'no warning of format');
    },
  },
  metadata: {
    clause: '2, 4.3',
    sentence: 'Each thunk tells its provider, its model, why it ended, and its prompt.',
    needs,
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const [thunk] = await backend.generateFromRaw(['one'], exam.context);
      const { provider, model, finishReason } = thunk?.generation ?? {};
      assert.deepEqual([provider, model, finishReason], [backend.provider, backend.modelId, 'stop']);
      assert.equal(thunk?.generateLog?.prompt, 'one', 'generateLog.prompt');
    },
  },
});
