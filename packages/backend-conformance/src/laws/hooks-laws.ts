import { strict as assert } from 'node:assert';
import { GenerationCancelledError } from '@melliflow/core';
import { generationHooks, type HookRecord, payloadsOf } from '../exam/hook-record.js';
import { type Law, lawsOf } from '../exam/law.js';
import { Turnstile } from '../servers/turnstile.js';
import { assertIs, rejection } from './rejection.js';

const record = (act?: HookRecord['act']): HookRecord => ({ seen: [], act });
const cut = { deltas: ['a', 'b'], fault: { kind: 'cut', after: 1 } } as const;
const stream = { modelOptions: { stream: true } };

export const hooksLaws: readonly Law[] = lawsOf('hooks', {
  success: {
    clause: '7',
    sentence: 'A success fires the pre hook and the post hook, once each, with one generationId.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const plugin = record();
      await exam.hooks(plugin, async () => {
        const [thunk] = await backend.generateFromContext('Go.', exam.context);
        await thunk.avalue();
        await thunk.avalue();
      });
      assert.deepEqual(generationHooks(plugin), ['generation_pre_call', 'generation_post_call']);
      const ids = plugin.seen.map(({ payload }) => (payload as { generationId: string }).generationId);
      assert.ok(ids[0] && ids[0] === ids[1], 'generationId');
    },
  },
  complete: {
    clause: '7',
    sentence: 'The post hook gets a computed copy of the whole output, the prompt, and how long it took.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['Hel', 'lo.'] }]);
      const plugin = record();
      await exam.hooks(plugin, async () => {
        const [thunk] = await backend.generateFromContext('Go.', exam.context, stream);
        await thunk.avalue();
      });
      const [post] = payloadsOf(plugin, 'generation_post_call');
      assert.deepEqual([post?.modelOutput.value, post?.modelOutput.isComputed()], ['Hello.', true]);
      assert.ok(
        post && post.latencyMs >= 0 && JSON.stringify(post.prompt).includes('Go.'),
        'prompt and latencyMs',
      );
    },
  },
  failure: {
    clause: '7',
    sentence: "A failure fires the error hook instead, with the caller's error.",
    async run(exam) {
      const { backend } = await exam.open([cut]);
      const plugin = record();
      const error = await exam.hooks(plugin, async () => {
        const [thunk] = await backend.generateFromContext('Go.', exam.context, stream);
        return rejection(thunk.avalue(), 'avalue()');
      });
      assert.deepEqual(generationHooks(plugin), ['generation_pre_call', 'generation_error']);
      assert.ok(payloadsOf(plugin, 'generation_error')[0]?.exception === error, 'it is another error');
    },
  },
  cancel: {
    clause: '2.7, 7',
    sentence: 'A cancel fires the error hook with GenerationCancelledError.',
    async run(exam) {
      const fault = { kind: 'stall', until: new Turnstile() } as const;
      const { backend, request } = await exam.open([{ deltas: ['never'], fault }]);
      const plugin = record();
      await exam.hooks(plugin, async () => {
        const [thunk] = await backend.generateFromContext('Go.', exam.context);
        await request();
        await thunk.cancelGeneration();
      });
      assert.deepEqual(generationHooks(plugin), ['generation_pre_call', 'generation_error']);
      assertIs(payloadsOf(plugin, 'generation_error')[0]?.exception, GenerationCancelledError);
    },
  },
  change: {
    clause: '7',
    sentence: 'What the pre hook changes in the options is what is used.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const plugin = record((type) =>
        type === 'generation_pre_call' ? { modelOptions: { temperature: 0.0625 } } : undefined,
      );
      const log = await exam.hooks(plugin, async () => {
        const options = { modelOptions: { temperature: 0.9375 } };
        const [thunk] = await backend.generateFromContext('Go.', exam.context, options);
        await thunk.avalue();
        return thunk.generateLog;
      });
      assert.equal(log?.modelOptions?.temperature, 0.0625, 'temperature');
    },
  },
  block: {
    clause: '2.1, 7',
    sentence: 'What the pre hook throws rejects the call, and nothing is sent.',
    async run(exam) {
      const { backend, requests } = await exam.open([{ deltas: ['ok'] }]);
      const refusal = new Error('not today');
      const plugin = record(() => {
        throw refusal;
      });
      await exam.hooks(plugin, async () => {
        const work = backend.generateFromContext('Go.', exam.context);
        assert.ok((await rejection(work, 'generateFromContext')) === refusal, 'it is another error');
      });
      await exam.drain();
      assert.equal(requests().length, 0, 'requests');
    },
  },
  'error-plugin': {
    clause: '7',
    sentence: 'What a plugin throws in an error hook does not replace the error.',
    async run(exam) {
      const { backend } = await exam.open([cut]);
      const plugin = record((type) => {
        if (type === 'generation_error') throw new Error('a broken plugin');
        return undefined;
      });
      await exam.hooks(plugin, async () => {
        const [thunk] = await backend.generateFromContext('Go.', exam.context, stream);
        const error = await rejection(thunk.avalue(), 'avalue()');
        assert.ok(
          error instanceof Error && error.message !== 'a broken plugin',
          "the plugin's error came out",
        );
      });
    },
  },
  batch: {
    clause: '7',
    sentence: 'A raw batch fires its pre hook and its post hook, once each.',
    needs: ['raw'],
    async run(exam) {
      const { backend } = await exam.open((prompt) => ({ deltas: [prompt] }));
      const plugin = record();
      await exam.hooks(plugin, () => backend.generateFromRaw(['one', 'two'], exam.context));
      assert.deepEqual(generationHooks(plugin), ['generation_batch_pre_call', 'generation_batch_post_call']);
      const [post] = payloadsOf(plugin, 'generation_batch_post_call');
      assert.deepEqual(
        post?.modelOutputs.map(({ value }) => value),
        ['one', 'two'],
      );
    },
  },
  'batch-failure': {
    clause: '7',
    sentence: 'A raw batch that fails fires its error hook instead.',
    needs: ['raw'],
    async run(exam) {
      const { backend } = await exam.open([{ fault: { kind: 'reset', beforeHeaders: true } }]);
      const plugin = record();
      const error = await exam.hooks(plugin, () =>
        rejection(backend.generateFromRaw(['one'], exam.context), 'generateFromRaw'),
      );
      assert.deepEqual(generationHooks(plugin), ['generation_batch_pre_call', 'generation_batch_error']);
      assert.ok(payloadsOf(plugin, 'generation_batch_error')[0]?.exception === error, 'it is another error');
    },
  },
});
