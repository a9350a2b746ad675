import { strict as assert } from 'node:assert';
import type { ModelOptions } from '@melliflow/core';
import { type Law, lawsOf } from '../exam/law.js';
import { hearLogger } from '../exam/side-channels.js';
import { rejection } from './rejection.js';

/** A value for every option, such that it can be found again in what is sent. */
const findable: ModelOptions = {
  temperature: 0.8125,
  maxNewTokens: 4321,
  seed: 987654,
  systemPrompt: 'sierra',
  contextWindow: 7168,
  topP: 0.71875,
  topK: 37,
  minP: 0.03125,
  stop: ['tango'],
  presencePenalty: 0.40625,
  frequencyPenalty: 0.28125,
  repetitionPenalty: 1.15625,
};

export const optionsLaws: readonly Law[] = lawsOf('options', {
  'none-silent': {
    clause: '4.5',
    sentence: 'Every option is sent, or a warning on the result names it; none is dropped silently.',
    async run(exam) {
      const { backend, request } = await exam.open([{ deltas: ['ok'] }]);
      const options = { modelOptions: findable };
      const [thunk] = await backend.generateFromContext('Go.', exam.context, options);
      await thunk.avalue();
      const { text } = await request();
      const warned = thunk.generation.warnings.map(({ option }) => option);
      const dropped = Object.entries(findable).filter(
        ([name, value]) => !warned.includes(name) && !text.includes(String(value)),
      );
      assert.equal(dropped.length, 0, `silently dropped: ${dropped.map(([name]) => name).join(', ')}`);
    },
  },
  'raw-none-silent': {
    clause: '4.3, 4.5',
    sentence: 'In a raw batch too every option is sent, or a warning names it.',
    needs: ['raw'],
    async run(exam) {
      const { backend, request } = await exam.open([{ deltas: ['ok'] }]);
      const [thunk] = await backend.generateFromRaw(['Go.'], exam.context, { modelOptions: findable });
      const { text } = await request();
      const warned = thunk?.generation.warnings.map(({ option }) => option) ?? [];
      const dropped = Object.entries(findable).filter(
        ([name, value]) => !warned.includes(name) && !text.includes(String(value)),
      );
      assert.equal(dropped.length, 0, `silently dropped: ${dropped.map(([name]) => name).join(', ')}`);
    },
  },
  'call-wins': {
    clause: '4.5',
    sentence: "A call's options win over the backend's, key by key; undefined means not given.",
    async run(exam) {
      const defaults = { temperature: 0.8125, topP: 0.71875, maxNewTokens: 4321 };
      const { backend } = await exam.open([{ deltas: ['ok'] }], { modelOptions: defaults });
      assert.equal(backend.modelOptions.temperature, 0.8125, "the backend's temperature");
      const modelOptions = { temperature: 0.0625, topP: undefined };
      const [thunk] = await backend.generateFromContext('Go.', exam.context, { modelOptions });
      await thunk.avalue();
      const { temperature, topP, maxNewTokens } = thunk.generateLog?.modelOptions ?? {};
      assert.deepEqual([temperature, topP, maxNewTokens], [0.0625, 0.71875, 4321]);
    },
  },
  provider: {
    clause: '4.5',
    sentence: 'What stands under providerOptions.<provider> reaches the provider untouched, and only that.',
    async run(exam) {
      const { backend, request } = await exam.open([{ deltas: ['ok'] }]);
      const providerOptions = { [backend.provider]: { user: 'oscar_7' }, somebodyElse: { user: 'papa_8' } };
      const options = { modelOptions: { providerOptions } };
      const [thunk] = await backend.generateFromContext('Go.', exam.context, options);
      await thunk.avalue();
      const { text } = await request();
      assert.ok(text.includes('oscar_7'), 'it was not sent');
      assert.ok(!text.includes('papa_8'), "another provider's options were sent");
    },
  },
  unknown: {
    clause: '4.5',
    sentence: 'An option that nobody knows adds a warning that names it.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const options = { modelOptions: { frobnicate: 1 } as ModelOptions };
      const [thunk] = await backend.generateFromContext('Go.', exam.context, options);
      await thunk.avalue();
      const warned = thunk.generation.warnings.map(({ option }) => option);
      assert.ok(warned.includes('frobnicate'), `warned of ${warned.join() || 'nothing'}`);
    },
  },
  bad: {
    clause: '4.1',
    sentence: 'A value that an option does not take is a TypeError that names it, before any request.',
    async run(exam) {
      const { backend, requests } = await exam.open([{ deltas: ['ok'] }]);
      const options = { modelOptions: { temperature: 'hot' as unknown as number } };
      const error = await rejection(
        backend.generateFromContext('Go.', exam.context, options),
        'generateFromContext',
      );
      assert.ok(
        error instanceof TypeError && error.message.includes('temperature'),
        'it must name temperature',
      );
      await exam.drain();
      assert.equal(requests().length, 0, 'requests');
    },
  },
  'logged-once': {
    clause: '4.5, 4.9',
    sentence: 'A warning goes to the logger once, however often it is earned.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const logged: unknown[] = [];
      await exam.during(
        () => hearLogger(logged),
        async () => {
          for (let call = 0; call < 2; call++) {
            const options = { modelOptions: { frobnicate: 1 } as ModelOptions };
            const [thunk] = await backend.generateFromContext('Go.', exam.context, options);
            await thunk.avalue();
          }
        },
      );
      assert.equal(
        logged.filter((told) => String(told).includes('frobnicate')).length,
        1,
        'lines in the log',
      );
    },
  },
  untouched: {
    clause: '4.5',
    sentence: "The caller's options are not changed: frozen ones do.",
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const own = Object.freeze({ user: 'romeo' });
      const providerOptions = Object.freeze({ [backend.provider]: own });
      const modelOptions = Object.freeze({ ...findable, stop: Object.freeze(['tango']), providerOptions });
      const [thunk] = await backend.generateFromContext('Go.', exam.context, Object.freeze({ modelOptions }));
      assert.equal(await thunk.avalue(), 'ok');
      assert.deepEqual(modelOptions, {
        ...findable,
        providerOptions: { [backend.provider]: { user: 'romeo' } },
      });
    },
  },
});
