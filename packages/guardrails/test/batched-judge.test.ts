import { LlamaCppBackend } from '@melliflow/backend-llamacpp';
import { ServerError } from '@melliflow/core';
import { tinyModelPath } from '@melliflow/model-tiny';
import { SimpleContext } from '@melliflow/stdlib';
import { type StreamEvent, streamWithChunking } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { batchedJudge } from '../src/index.js';

const usage = { promptTokens: 9, completionTokens: 1, totalTokens: 10 };
const five = ['One. ', 'Two. ', 'Three. ', 'Four. ', 'Five.'];
const origin = { provider: 'scripted', model: 'judge' };

async function course(judge: ScriptedBackend, release?: { window: number }) {
  const stream = await streamWithChunking(
    'Go.',
    new ScriptedBackend([{ deltas: five }]),
    new SimpleContext(),
    {
      requirements: [batchedJudge('Be kind.', { chunks: 2 })],
      validationBackend: judge,
      release,
    },
  );
  const events: StreamEvent[] = [];
  for await (const event of stream.events()) events.push(event);
  const failed = await stream.acomplete().then(
    () => null,
    (error: unknown) => error,
  );
  return {
    stream,
    events,
    failed,
    shown: events.flatMap((event) => (event.type === 'chunk' ? [event.text] : [])),
  };
}

describe('a judge of several chunks', () => {
  test.each([undefined, { window: 1 }, { window: 4 }])(
    'gives its verdicts in order (%o)',
    async (release) => {
      const judge = new ScriptedBackend([{ deltas: ['yes'], usage }]);
      const { stream, events, shown } = await course(judge, release);
      expect(shown).toEqual(['One.', 'Two.', 'Three.', 'Four.', 'Five.']);
      const checks = events.flatMap((event) => (event.type === 'quick_check' ? event.results : []));
      expect(checks.map(({ success }) => success)).toEqual(['unknown', 'pass', 'unknown', 'pass', 'unknown']);
      expect(checks[1]?.thunk?.generation.usage).toMatchObject(usage);
      expect(stream.finalValidations.map((verdict) => verdict.asBool())).toEqual([true]);
      const prompts = judge.calls.map(({ prompt }) => JSON.stringify(prompt));
      expect(prompts).toHaveLength(3);
      for (const [i, words] of [['One. Two.'], ['Three. Four.'], five].entries())
        for (const word of words) expect(prompts[i]).toContain(word.trim());
    },
  );

  test('a no of a window shows none of its own chunks', async () => {
    const judge = new ScriptedBackend([{ deltas: ['yes'] }, { deltas: ['no'], usage }]);
    const { stream, shown } = await course(judge, { window: 4 });
    expect(shown).not.toContain('Four.');
    expect(stream.completed).toBe(false);
    expect(stream.streamingFailures[0]?.[1].thunk?.generation.usage).toMatchObject(usage);
  });

  test('one that fails fails the stream with its error, at whatever chunk', async () => {
    const error = new ServerError('Down.', { ...origin, status: 500 });
    for (const script of [[{ error }], [{ deltas: ['yes'] }, { error }]]) {
      const { stream, failed, shown } = await course(new ScriptedBackend(script));
      expect(failed).toBe(error);
      expect(stream.completed).toBe(false);
      expect(shown.length).toBeLessThan(5);
    }
  });

  test('is asked no more once the stream is cancelled', async () => {
    const judge = new ScriptedBackend([{ deltas: ['yes'] }]);
    const stream = await streamWithChunking(
      'Go.',
      new ScriptedBackend([{ deltas: five }]),
      new SimpleContext(),
      {
        requirements: [batchedJudge('Be kind.', { chunks: 2 })],
        validationBackend: judge,
      },
    );
    for await (const _ of stream) {
      await stream.cancel();
      break;
    }
    await stream.acomplete();
    expect(judge.calls.length).toBeLessThanOrEqual(1);
  });
});

describe('on the engine in this process', () => {
  const backend = new LlamaCppBackend({ modelId: tinyModelPath });
  afterAll(() => backend[Symbol.asyncDispose]());

  test.each([true, false])('the model that writes judges as well, and says %s', async (says) => {
    const stream = await streamWithChunking('Tell me of a cat.', backend, new SimpleContext(), {
      requirements: [batchedJudge('It is a story.', { chunks: 2, outputToBool: () => says })],
      chunking: 'word',
      modelOptions: { maxNewTokens: 12 },
    });
    const verdicts: string[] = [];
    let tokens = 0;
    for await (const event of stream.events()) {
      if (event.type !== 'quick_check') continue;
      for (const { success, thunk } of event.results) {
        verdicts.push(success);
        tokens += thunk?.generation.usage?.totalTokens ?? 0;
      }
    }
    await stream.acomplete();
    expect(verdicts.slice(0, 2)).toEqual(['unknown', says ? 'pass' : 'fail']);
    expect(tokens).toBeGreaterThan(0);
    expect(stream.completed).toBe(says);
  });
});
