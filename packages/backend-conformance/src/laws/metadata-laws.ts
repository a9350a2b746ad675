import { strict as assert } from 'node:assert';
import type { ModelOptions, ModelOutputThunk } from '@melliflow/core';
import type { Exam } from '../exam/exam.js';
import { type Law, lawsOf } from '../exam/law.js';
import type { ScriptedReply } from '../servers/scripted-reply.js';

/** A computed thunk for this reply, whole and, where the backend streams, streamed. */
async function answers(
  exam: Exam,
  reply: ScriptedReply,
  modelOptions: ModelOptions = {},
): Promise<ModelOutputThunk[]> {
  const { backend } = await exam.open([reply]);
  const thunks: ModelOutputThunk[] = [];
  for (const stream of backend.capabilities.streaming ? [false, true] : [false]) {
    const options = { modelOptions: { ...modelOptions, stream } };
    const [thunk] = await backend.generateFromContext('Why hello?', exam.context, options);
    await thunk.avalue();
    thunks.push(thunk);
  }
  return thunks;
}

export const metadataLaws: readonly Law[] = lawsOf('metadata', {
  names: {
    clause: '2',
    sentence: 'The result names the provider and the model.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const [thunk] = await backend.generateFromContext('Go.', exam.context);
      await thunk.avalue();
      const { provider, model } = thunk.generation;
      assert.deepEqual([provider, model], [backend.provider, backend.modelId]);
    },
  },
  usage: {
    clause: '2',
    sentence: 'The tokens that the provider counted are told, in a stream as well.',
    async run(exam) {
      const usage = { promptTokens: 12, completionTokens: 3 };
      for (const { generation } of await answers(exam, { deltas: ['ok'], usage })) {
        const { promptTokens, completionTokens, totalTokens, estimated } = generation.usage ?? {};
        const where = generation.streaming ? 'usage of a stream' : 'usage';
        assert.deepEqual(
          [promptTokens, completionTokens, totalTokens, !!estimated],
          [12, 3, 15, false],
          where,
        );
      }
    },
  },
  'usage-unknown': {
    clause: '2',
    sentence: 'Tokens that nobody counted are null, or said to be estimated; never zero.',
    async run(exam) {
      for (const { generation } of await answers(exam, { deltas: ['ok'], usage: null })) {
        const { usage } = generation;
        assert.ok(usage === null || usage.estimated === true, `usage is ${JSON.stringify(usage)}`);
      }
    },
  },
  stop: {
    clause: '2, 4.8',
    sentence: 'A natural end is told as stop.',
    async run(exam) {
      for (const { generation } of await answers(exam, { deltas: ['ok'] })) {
        assert.equal(generation.finishReason, 'stop');
      }
    },
  },
  length: {
    clause: '2',
    sentence: 'An answer that the token limit cut is told as length.',
    async run(exam) {
      for (const { generation } of await answers(exam, { deltas: ['cut'], finish: 'length' })) {
        assert.equal(generation.finishReason, 'length');
      }
    },
  },
  log: {
    clause: '1',
    sentence: 'generateLog tells what was sent, to whom, with which options, and what came.',
    async run(exam) {
      for (const { generateLog } of await answers(exam, { deltas: ['ok'] }, { temperature: 0.5 })) {
        assert.ok(JSON.stringify(generateLog?.prompt).includes('Why hello?'), 'generateLog.prompt');
        assert.equal(generateLog?.modelOptions?.temperature, 0.5, 'generateLog.modelOptions');
        assert.equal(generateLog?.modelOutput, 'ok', 'generateLog.modelOutput');
        assert.ok(generateLog?.date instanceof Date && generateLog.backend, 'generateLog.date and backend');
      }
    },
  },
  thinking: {
    clause: '4',
    sentence: 'Reasoning is told apart from the text.',
    needs: ['thinking'],
    async run(exam) {
      const reply = { thinking: ['Let me ', 'see.'], deltas: ['Forty', '-two'] };
      for (const thunk of await answers(exam, reply, { thinking: true })) {
        assert.deepEqual([thunk.thinking, thunk.value], ['Let me see.', 'Forty-two']);
      }
    },
  },
  logprobs: {
    clause: '4',
    sentence: 'Log probabilities that were asked for are told, token by token.',
    needs: ['logprobs'],
    async run(exam) {
      const logprobs = [
        { token: 'Forty', logprob: -0.25, top: [{ token: 'Forty', logprob: -0.25 }] },
        { token: '-two', logprob: -0.5, top: [{ token: '-two', logprob: -0.5 }] },
      ];
      for (const { generation } of await answers(
        exam,
        { deltas: ['Forty', '-two'], logprobs },
        { logprobs: 1 },
      )) {
        const told = generation.logprobs?.map(({ token, logprob }) => [token, logprob]);
        assert.deepEqual(told, [
          ['Forty', -0.25],
          ['-two', -0.5],
        ]);
      }
    },
  },
});
