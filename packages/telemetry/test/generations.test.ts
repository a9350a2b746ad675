import {
  type Backend,
  BatchGenerationError,
  HookType,
  type ModelOutputThunk,
  RateLimitError,
} from '@melliflow/core';
import { block, hook, modify, register, unregister } from '@melliflow/plugins';
import { SimpleContext } from '@melliflow/stdlib';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { SpanKind, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Telemetry, telemetry } from '../src/index.js';
import { otelForEachTest } from './support/otel.js';

const otel = otelForEachTest();
const ctx = new SimpleContext();
const usage = { promptTokens: 30, completionTokens: 12, totalTokens: 42 };
const origin = { provider: 'scripted', model: 'scripted' };
const backendOf = (...script: ScriptedAnswer[]): ScriptedBackend => new ScriptedBackend(script);

let plugin: Telemetry;
beforeEach(() => {
  plugin = telemetry({ tracer: otel.tracer, meter: otel.meter });
  register(plugin);
});
afterEach(() => void unregister(plugin));

async function start(backend: Backend, options = {}): Promise<ModelOutputThunk> {
  const [thunk] = await backend.generateFromContext('A secret question.', ctx, options);
  return thunk;
}

const model = { 'gen_ai.provider.name': 'scripted', 'gen_ai.request.model': 'scripted' };
const chat = { 'gen_ai.operation.name': 'chat', ...model };
const answered = { 'gen_ai.response.model': 'scripted', 'gen_ai.response.finish_reasons': ['stop'] };
const tokens = { 'gen_ai.usage.input_tokens': 30, 'gen_ai.usage.output_tokens': 12 };
const call = { name: 'chat scripted', kind: SpanKind.CLIENT, error: false, events: [], inside: [] };

describe('a generation', () => {
  it('is a span chat with its options, its answer and its tokens', async () => {
    const details = { cached_tokens: 20, reasoning_tokens: 2, other: 1 };
    const modelOptions = {
      temperature: 0.5,
      maxNewTokens: 9,
      seed: 7,
      topP: 0.9,
      topK: 4,
      stop: ['END'],
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
    };
    const thunk = await start(backendOf({ deltas: ['Hello.'], usage: { ...usage, details } }), {
      modelOptions,
    });
    await thunk.avalue();
    expect(otel.trees()).toEqual([
      {
        ...call,
        attributes: {
          ...chat,
          'gen_ai.request.temperature': 0.5,
          'gen_ai.request.max_tokens': 9,
          'gen_ai.request.seed': 7,
          'gen_ai.request.top_p': 0.9,
          'gen_ai.request.top_k': 4,
          'gen_ai.request.stop_sequences': ['END'],
          'gen_ai.request.presence_penalty': 0.1,
          'gen_ai.request.frequency_penalty': 0.2,
          ...answered,
          ...tokens,
          'gen_ai.usage.cache_read.input_tokens': 20,
          'gen_ai.usage.reasoning.output_tokens': 2,
        },
      },
    ]);
  });

  it('is over when the caller has its value', async () => {
    const thunk = await start(backendOf({ deltas: ['Hello.'] }));
    expect(otel.recorder.ended).toEqual([]);
    await thunk.avalue();
    expect(otel.recorder.ended).toHaveLength(1);
  });

  it('asks for JSON where there is a format', async () => {
    const format = { type: 'object' };
    await (await start(backendOf({ deltas: ['{}'] }), { format })).avalue();
    expect(otel.trees()[0]?.attributes).toMatchObject({ 'gen_ai.output.type': 'json' });
  });

  it('shows the options as other plugins left them; and, streaming, the time to the first output', async () => {
    const streams = hook(HookType.GENERATION_PRE_CALL, (payload) =>
      modify(payload, { modelOptions: { ...payload.modelOptions, stream: true } }),
    );
    register(streams);
    const thunk = await start(backendOf({ deltas: ['Hel', 'lo.'], usage }));
    await thunk.avalue();
    unregister(streams);
    const attributes = {
      ...chat,
      'gen_ai.request.stream': true,
      ...answered,
      ...tokens,
      'gen_ai.response.time_to_first_chunk': 'number',
    };
    expect(otel.trees()).toEqual([{ ...call, attributes }]);
  });

  it('that a backend cannot stream is not said to be streaming', async () => {
    const slow = new ScriptedBackend([{ deltas: ['Hi.'] }], { capabilities: { streaming: false } });
    await (await start(slow, { modelOptions: { stream: true } })).avalue();
    await slow.generateFromRaw(['a'], ctx, { modelOptions: { stream: true } });
    expect(otel.trees().map(({ attributes }) => attributes['gen_ai.request.stream'])).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    [
      'before anything came',
      { error: new RateLimitError('Slow down, secret question.', origin) },
      'rate_limit',
    ],
    ['of the author', { error: new TypeError('secret') }, 'backend'],
    ['without an end marker', { deltas: ['Hel'], finish: null }, 'incomplete_stream'],
  ] as const)('that fails %s has its error by its code, and no words of it', async (_, answer, errorType) => {
    const thunk = await start(backendOf({ ...answer, usage }), { modelOptions: { stream: true } });
    await expect(thunk.avalue()).rejects.toThrow();
    const [span] = otel.trees();
    expect(span).toMatchObject({ error: true, attributes: { 'error.type': errorType, ...tokens } });
    expect(JSON.stringify(otel.recorder.ended.map(({ status, events }) => [status, events]))).not.toContain(
      'secret',
    );
  });

  it('that is cancelled, or aborted, ends with that', async () => {
    const thunk = await start(backendOf({ deltas: ['Hel'], hangs: true }), {
      modelOptions: { stream: true },
    });
    for await (const _ of thunk) break;
    await thunk.cancelGeneration();
    const aborter = new AbortController();
    const aborted = await start(backendOf({ hangs: true }), { signal: aborter.signal });
    aborter.abort();
    await expect(aborted.avalue()).rejects.toThrow();
    expect(otel.outline()).toBe(
      ['chat scripted !generation_cancelled', 'chat scripted !generation_cancelled'].join('\n'),
    );
  });

  it('that another plugin stops before it began has no span and is not measured', async () => {
    const guards = [
      hook(HookType.GENERATION_PRE_CALL, () => block('No.'), { mode: 'concurrent' }),
      hook(HookType.GENERATION_BATCH_PRE_CALL, () => block('No.')),
    ];
    register(guards);
    try {
      await expect(start(backendOf({}))).rejects.toThrow('No.');
      await expect(backendOf({}).generateFromRaw(['a'], ctx)).rejects.toThrow('No.');
    } finally {
      unregister(guards);
    }
    expect([otel.recorder.begun, await otel.measured()]).toEqual([[], {}]);
  });

  it('that another plugin fails after it is over has ended well', async () => {
    const fails = hook(HookType.GENERATION_POST_CALL, () => {
      throw new Error('broken plugin');
    });
    register(fails);
    const thunk = await start(backendOf({ deltas: ['Hello.'] }));
    await expect(thunk.avalue()).rejects.toThrow();
    unregister(fails);
    expect(otel.outline()).toBe('chat scripted');
  });

  it('shows the warnings that its answer brings', async () => {
    const thunk = await start(backendOf({ deltas: ['Hello.'] }), { modelOptions: { thinking: 'high' } });
    await thunk.avalue();
    const [{ message = '' } = {}] = thunk.generation.warnings;
    expect(message).not.toBe('');
    expect(otel.trees()[0]?.events).toEqual([
      {
        name: 'melliflow.warning',
        attributes: {
          'melliflow.warning.kind': 'unsupported',
          'melliflow.warning.message': message,
          'melliflow.warning.option': 'thinking',
        },
      },
    ]);
  });
});

describe('a raw batch', () => {
  it('is one span text_completion with the tokens of all', async () => {
    await backendOf({ deltas: ['Yes.'], usage }).generateFromRaw(['a', 'b'], ctx, {
      modelOptions: { seed: 1 },
    });
    expect(otel.trees()).toEqual([
      {
        ...call,
        name: 'text_completion scripted',
        attributes: {
          'gen_ai.operation.name': 'text_completion',
          ...model,
          'gen_ai.request.seed': 1,
          'melliflow.batch.size': 2,
          'gen_ai.response.model': 'scripted',
          'gen_ai.response.finish_reasons': ['stop', 'stop'],
          'gen_ai.usage.input_tokens': 60,
          'gen_ai.usage.output_tokens': 24,
        },
      },
    ]);
  });

  it('that fails in part has the first failure, and the tokens of what came', async () => {
    const backend = backendOf(
      { deltas: ['Yes.'], usage },
      { error: new RateLimitError('Slow down.', origin) },
    );
    const failing = backend.generateFromRaw(['a', 'b'], ctx);
    await expect(failing).rejects.toBeInstanceOf(BatchGenerationError);
    expect(otel.trees()).toMatchObject([
      { error: true, attributes: { 'error.type': 'rate_limit', ...tokens } },
    ]);
  });
});

describe('metrics', () => {
  it('are duration, tokens by kind, and the times of a stream', async () => {
    const backend = backendOf({ deltas: ['Hel', 'lo', '.'], usage });
    await (await start(backend, { modelOptions: { stream: true } })).avalue();
    const measured = await otel.measured();
    const labels = { ...chat, 'gen_ai.response.model': 'scripted' };
    const told = Object.entries(measured).map(([name, points]) => [
      name,
      points.map(({ attributes, value }) => ({ attributes, count: value.count })),
    ]);
    expect(Object.fromEntries(told)).toEqual({
      'gen_ai.client.operation.duration': [{ attributes: labels, count: 1 }],
      'gen_ai.client.operation.time_to_first_chunk': [{ attributes: labels, count: 1 }],
      'gen_ai.client.operation.time_per_output_chunk': [{ attributes: labels, count: 2 }],
      'gen_ai.client.token.usage': [
        { attributes: { ...labels, 'gen_ai.token.type': 'input' }, count: 1 },
        { attributes: { ...labels, 'gen_ai.token.type': 'output' }, count: 1 },
      ],
    });
    const sums = measured['gen_ai.client.token.usage']?.map(({ value }) => value.sum);
    expect(sums).toEqual([30, 12]);
    expect(measured['gen_ai.client.token.usage']?.[0]?.value.buckets.boundaries).toEqual([
      1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864,
    ]);
    expect(measured['gen_ai.client.operation.duration']?.[0]?.value.buckets.boundaries).toEqual([
      0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ]);
  });

  it('of a failure name its error; guessed tokens and those of a cache are not counted', async () => {
    const guess = backendOf({ usage: { ...usage, estimated: true }, error: new TypeError('broken') });
    await expect((await start(guess)).avalue()).rejects.toThrow();
    const cached = backendOf({ deltas: ['Hi.'], usage: { ...usage, details: { tokensFromCache: 42 } } });
    await (await start(cached)).avalue();
    const measured = await otel.measured();
    expect(Object.keys(measured)).toEqual(['gen_ai.client.operation.duration']);
    const errors = measured['gen_ai.client.operation.duration']?.map(
      ({ attributes }) => attributes['error.type'],
    );
    expect(errors).toEqual(['backend', undefined]);
  });

  it('count what was paid for, where a part came from a cache', async () => {
    const partly = {
      promptTokens: 40,
      completionTokens: 20,
      totalTokens: 60,
      details: { tokensFromCache: 30, earlierAttemptsTokens: 30 },
    };
    await (await start(backendOf({ deltas: ['Hi.'], usage: partly }))).avalue();
    const points = (await otel.measured())['gen_ai.client.token.usage'];
    expect(points?.map(({ value }) => value.sum)).toEqual([20, 10]);
  });
});

describe('content', () => {
  const key = 'sk-abcdefghijklmnop';
  const script = {
    deltas: [`An answer with ${key}.`],
    thinking: 'A thought.',
    toolCalls: [{ id: 'c1', name: 'look', args: { where: 'here' } }],
  };
  const everything = (): string =>
    JSON.stringify(
      otel.recorder.ended.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    );

  it('is nowhere unless it is asked for', async () => {
    await (await start(backendOf(script))).avalue();
    await backendOf(script).generateFromRaw(['A secret question.'], ctx);
    expect(everything()).not.toMatch(/secret|answer|thought|look|here/);
  });

  it('is what was sent and what came, without credentials', async () => {
    unregister(plugin);
    plugin = telemetry({ tracer: otel.tracer, meter: otel.meter, captureContent: true });
    register(plugin);
    await (await start(backendOf(script))).avalue();
    await expect((await start(backendOf({ deltas: ['A pa'], finish: null }))).avalue()).rejects.toThrow();
    await backendOf({ deltas: ['Raw.'] }).generateFromRaw(['A raw question.'], ctx);
    const read = (name: string): unknown[] =>
      otel.recorder.ended.map(({ attributes }) => JSON.parse(attributes[name] as string));
    const asked = (content: string): object => ({ role: 'user', parts: [{ type: 'text', content }] });
    expect(read('gen_ai.input.messages')).toEqual([
      [asked('A secret question.')],
      [asked('A secret question.')],
      [asked('A raw question.')],
    ]);
    expect(read('gen_ai.output.messages')).toEqual([
      [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', content: 'A thought.' },
            { type: 'text', content: 'An answer with [redacted].' },
            { type: 'tool_call', id: 'c1', name: 'look', arguments: { where: 'here' } },
          ],
          finish_reason: 'tool_calls',
        },
      ],
      [{ role: 'assistant', parts: [{ type: 'text', content: 'A pa' }], finish_reason: 'error' }],
      [{ role: 'assistant', parts: [{ type: 'text', content: 'Raw.' }], finish_reason: 'stop' }],
    ]);
    expect(everything()).not.toContain(key);
  });
});

describe('telemetry()', () => {
  it('without an SDK does nothing', async () => {
    unregister(plugin);
    plugin = telemetry();
    register(plugin);
    expect(await (await start(backendOf({ deltas: ['Hello.'] }))).avalue()).toBe('Hello.');
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it.each([
    [{ tracer: {} }, 'telemetry: tracer must be a Tracer, got'],
    [{ meter: 1 }, 'telemetry: meter must be a Meter, got'],
    [{ captureContent: 'yes' }, 'telemetry: captureContent must be true or false, got'],
  ])('refuses %j', (init, message) => {
    expect(() => telemetry(init as never)).toThrow(message);
  });
});
