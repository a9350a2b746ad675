import { cache, fallback } from '@melliflow/backend-wrappers';
import {
  AbstractTool,
  type Backend,
  HookType,
  type JsonTool,
  type ModelOutputThunk,
  ModelToolCall,
  PartialValidationResult,
  RateLimitError,
  Requirement,
} from '@melliflow/core';
import { block, hook, pluginScope, pluginScopeFor, register, unregister } from '@melliflow/plugins';
import { SimpleContext } from '@melliflow/stdlib';
import { streamWithChunking } from '@melliflow/streaming';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { context, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Telemetry, telemetry } from '../src/index.js';
import { callTools, sampling, validating } from './support/operations.js';
import { otelForEachTest } from './support/otel.js';

const otel = otelForEachTest();
const ctx = new SimpleContext();
const backendOf = (modelId: string, ...script: ScriptedAnswer[]): ScriptedBackend =>
  new ScriptedBackend(script, { modelId });
const origin = { provider: 'scripted', model: 'scripted' };
const judged = new Requirement('Is it polite?');

let plugin: Telemetry;
beforeEach(() => {
  plugin = telemetry({ tracer: otel.tracer, meter: otel.meter });
  register(plugin);
});
afterEach(() => void unregister(plugin));

async function answer(backend: Backend, action = 'Go.'): Promise<ModelOutputThunk> {
  const [thunk] = await backend.generateFromContext(action, ctx);
  await thunk.avalue();
  return thunk as ModelOutputThunk;
}

/** A span of the program itself around `fn`. */
function inSpan<R>(name: string, fn: () => Promise<R>): Promise<R> {
  const span = otel.tracer.startSpan(name);
  return context.with(trace.setSpan(context.active(), span), fn).finally(() => span.end());
}

class Ask extends AbstractTool {
  readonly name = 'ask';
  readonly backend: Backend;
  constructor(backend: Backend) {
    super();
    this.backend = backend;
  }
  get asJsonTool(): JsonTool {
    return { type: 'function', function: { name: 'ask', description: '', parameters: { type: 'object' } } };
  }
  async run({ what }: Record<string, unknown>): Promise<string> {
    if (what === 'fail') throw new RangeError('secret');
    return inSpan(`lookup ${what}`, async () => String(await answer(this.backend, String(what))));
  }
}

describe('a sampling run', () => {
  it('has its attempts, their validations and the judges inside', async () => {
    const [writer, judge] = [
      backendOf('writer', { deltas: ['Hi.'] }),
      backendOf('judge', { deltas: ['no'] }, { deltas: ['yes'] }),
    ];
    await inSpan('request', () =>
      sampling(writer, 3, async () => {
        const result = await answer(writer);
        return { result, passed: await validating([judged], judge, result) };
      }),
    );
    expect(otel.outline()).toBe(
      [
        'request',
        '  sampling RejectionSampling',
        '    chat writer',
        '    validation',
        '      chat judge',
        '    chat writer',
        '    validation',
        '      chat judge',
      ].join('\n'),
    );
    const run = otel.trees()[0]?.inside[0];
    expect([run?.attributes, run?.events.map(({ name }) => name), run?.inside[1]?.attributes]).toEqual([
      {
        'melliflow.sampling.strategy': 'RejectionSampling',
        'melliflow.sampling.loop_budget': 3,
        'melliflow.sampling.requirements': 0,
        'melliflow.sampling.success': true,
        'melliflow.sampling.iterations': 2,
      },
      ['melliflow.sampling.iteration', 'melliflow.sampling.repair', 'melliflow.sampling.iteration'],
      {
        'melliflow.validation.total': 1,
        'melliflow.validation.passed': 0,
        'melliflow.validation.success': false,
      },
    ]);
  });

  it('whose attempts run at once has each judge in its own validation', async () => {
    const writer = backendOf('writer', { deltas: ['Hi.'] });
    const attempt = async (judge: string): Promise<ModelOutputThunk> => {
      const result = await answer(writer);
      await validating([judged], backendOf(judge, { deltas: ['yes'] }), result);
      return result;
    };
    await sampling(writer, 1, async () => {
      const [result] = await Promise.all([attempt('judge-1'), attempt('judge-2')]);
      return { result: result as ModelOutputThunk, passed: true };
    });
    const [run] = otel.trees();
    const inside = run?.inside.map(({ name, inside }) =>
      [name, ...inside.map((span) => span.name)].join(' > '),
    );
    expect(inside?.sort()).toEqual([
      'chat writer',
      'chat writer',
      'validation > chat judge-1',
      'validation > chat judge-2',
    ]);
  });

  it('that an error ends has it, and so has everything on the way', async () => {
    const writer = backendOf('writer', { deltas: ['Hi.'] });
    const judge = backendOf('judge', { error: new RateLimitError('Slow down.', origin) });
    const run = sampling(writer, 2, async () => {
      const result = await answer(writer);
      return { result, passed: await validating([judged], judge, result) };
    });
    await expect(run).rejects.toThrow('Slow down.');
    expect(otel.outline()).toBe(
      [
        'sampling RejectionSampling !rate_limit',
        '  chat writer',
        '  validation !rate_limit',
        '    chat judge !rate_limit',
      ].join('\n'),
    );
  });
});

describe('tools', () => {
  it('have inside what they ask a model, and failures by their names', async () => {
    const ask = new Ask(backendOf('helper', { deltas: ['Sunny.'] }));
    const call = (id: string | null, what: string): ModelToolCall =>
      new ModelToolCall({ id, name: 'ask', func: ask, args: { what } });
    await callTools([call('c1', 'weather'), call(null, 'fail')]);
    expect(otel.trees()).toEqual([
      {
        name: 'execute_tool ask',
        kind: 0,
        error: false,
        events: [],
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'ask',
          'gen_ai.tool.type': 'function',
          'gen_ai.tool.call.id': 'c1',
        },
        inside: [
          expect.objectContaining({
            name: 'lookup weather',
            inside: [expect.objectContaining({ name: 'chat helper' })],
          }),
        ],
      },
      {
        name: 'execute_tool ask',
        kind: 0,
        error: true,
        events: [],
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'ask',
          'gen_ai.tool.type': 'function',
          'error.type': 'RangeError',
        },
        inside: [],
      },
    ]);
  });

  it('that ask without a span of their own have the call inside', async () => {
    const helper = backendOf('helper', { deltas: ['Sunny.'] });
    const func = Object.assign(new Ask(helper), { run: async () => String(await answer(helper)) });
    await callTools(['a', 'b'].map((id) => new ModelToolCall({ id, name: 'ask', func, args: {} })));
    expect(otel.outline()).toBe(
      ['execute_tool ask', '  chat helper', 'execute_tool ask', '  chat helper'].join('\n'),
    );
  });

  it('show arguments and results only when asked for, without credentials', async () => {
    unregister(plugin);
    plugin = telemetry({ tracer: otel.tracer, meter: otel.meter, captureContent: true });
    register(plugin);
    const key = 'sk-abcdefghijklmnop';
    const func = Object.assign(new Ask(backendOf('m', {})), { run: async () => ({ found: key }) });
    await callTools([new ModelToolCall({ name: 'ask', func, args: { key } })]);
    expect(otel.trees()[0]?.attributes).toMatchObject({
      'gen_ai.tool.call.arguments': '{"key":"[redacted]"}',
      'gen_ai.tool.call.result': '{"found":"[redacted]"}',
    });
  });

  it('that a plugin stops have no span', async () => {
    const guard = hook(HookType.TOOL_PRE_INVOKE, () => block('No.'), { mode: 'concurrent' });
    register(guard);
    const func = new Ask(backendOf('m', {}));
    const call = callTools([new ModelToolCall({ name: 'ask', func, args: {} })]);
    await expect(call).rejects.toThrow('No.');
    unregister(guard);
    expect(otel.recorder.begun).toEqual([]);
  });
});

describe('a validated stream', () => {
  class Strict extends Requirement {
    override streamValidate(chunk: string): PartialValidationResult {
      return new PartialValidationResult(chunk.includes('bad') ? 'fail' : 'pass');
    }
  }
  const stream = async (backend: Backend, init: object = {}): Promise<void> => {
    const running = await inSpan('request', () =>
      streamWithChunking('Go.', backend, ctx, { requirements: [judged], ...init }),
    );
    await running.acomplete();
  };

  it('has its generation and its judges inside', async () => {
    const judge = backendOf('judge', { deltas: ['yes'] });
    await stream(backendOf('writer', { deltas: ['One. ', 'Two.'] }), { validationBackend: judge });
    expect(otel.outline()).toBe(
      ['request', '  stream sentence', '    chat writer', '    chat judge'].join('\n'),
    );
    expect(otel.trees()[0]?.inside[0]?.attributes).toEqual({
      'melliflow.stream.id': 'string',
      'melliflow.stream.chunking': 'sentence',
      'melliflow.stream.requirements': 1,
      'melliflow.stream.success': true,
      'melliflow.stream.length': 9,
    });
  });

  it('that stops at a bad chunk has not failed: it cancelled its generation', async () => {
    const writer = backendOf('writer', { deltas: ['Good. ', 'So bad. ', 'Never.'], hangs: true });
    await stream(writer, { requirements: [new Strict()] });
    expect(otel.outline()).toBe(
      ['request', '  stream sentence', '    chat writer !generation_cancelled'].join('\n'),
    );
    expect(otel.trees()[0]?.inside[0]?.attributes).toMatchObject({ 'melliflow.stream.success': false });
  });

  it('whose source fails has its error', async () => {
    const writer = backendOf('writer', { deltas: ['One. ', 'Tw'], finish: null });
    await expect(stream(writer)).rejects.toThrow();
    expect(otel.outline()).toBe(
      ['request', '  stream sentence !incomplete_stream', '    chat writer !incomplete_stream'].join('\n'),
    );
  });

  it('that is cancelled has ended, and one whose generation a plugin stops', async () => {
    const running = await streamWithChunking(
      'Go.',
      backendOf('writer', { deltas: ['One. '], hangs: true }),
      ctx,
    );
    await running.cancel();
    const guard = hook(HookType.GENERATION_PRE_CALL, () => block('No.'));
    register(guard);
    await expect(streamWithChunking('Go.', backendOf('writer', {}), ctx)).rejects.toThrow('No.');
    unregister(guard);
    expect(otel.outline()).toBe(
      ['stream sentence', '  chat writer !generation_cancelled', 'stream sentence !plugin_violation'].join(
        '\n',
      ),
    );
  });
});

describe('backends around backends', () => {
  it('a fallback is one call, which says who failed and who answered', async () => {
    const down = backendOf('down', { error: new RateLimitError('Slow down.', origin) });
    await answer(fallback([down, backendOf('up', { deltas: ['Hi.'] })]));
    const [span] = otel.trees();
    expect([span?.name, span?.attributes['gen_ai.response.model'], span?.inside]).toEqual([
      'chat down',
      'up',
      [],
    ]);
    expect(span?.events.map(({ attributes }) => attributes['melliflow.warning.option'])).toContain(
      'fallback',
    );
  });

  it('a judge that a fallback asks is inside of its call', async () => {
    const judge = backendOf('judge', { deltas: ['no'] }, { deltas: ['yes'] });
    const pair = [backendOf('a', { deltas: ['Hi.'] }), backendOf('b', { deltas: ['Dear.'] })];
    await answer(fallback(pair, { requirements: [judged], validationBackend: judge }));
    expect(otel.outline()).toBe(['chat a', '  chat judge', '  chat judge'].join('\n'));
  });

  it('an answer from a cache is a call that spent no tokens', async () => {
    const usage = { promptTokens: 3, completionTokens: 2, totalTokens: 5 };
    const cached = cache(backendOf('m', { deltas: ['Hi.'], usage }));
    await answer(cached);
    await answer(cached);
    expect(otel.outline()).toBe(['chat m', 'chat m'].join('\n'));
    const points = (await otel.measured())['gen_ai.client.token.usage'];
    expect(points?.map(({ value }) => [value.count, value.sum])).toEqual([
      [1, 3],
      [1, 2],
    ]);
  });
});

describe('parents', () => {
  it('are those of the own call chain, however many run at once', async () => {
    const handle = (request: number): Promise<void> =>
      inSpan(`request ${request}`, async () => {
        const writer = backendOf(`writer-${request}`, { deltas: ['Hi.'] });
        await sampling(writer, 1, async () => ({ result: await answer(writer), passed: true }));
        await answer(backendOf(`after-${request}`, { deltas: ['Hi.'] }));
      });
    await Promise.all(Array.from({ length: 20 }, (_, request) => handle(request)));
    const trees = otel.trees();
    expect(trees).toHaveLength(20);
    for (const { name, inside } of trees) {
      const request = name.split(' ')[1];
      const below = inside.map((span) => [span.name, ...span.inside.map((one) => one.name)]);
      expect(below).toEqual([
        ['sampling RejectionSampling', `chat writer-${request}`],
        [`chat after-${request}`],
      ]);
    }
  });

  it('are known without a context manager too', async () => {
    context.disable();
    const writer = backendOf('writer', { deltas: ['Hi.'] });
    await sampling(writer, 1, async () => ({ result: await answer(writer), passed: true }));
    expect(otel.outline()).toBe(['sampling RejectionSampling', '  chat writer'].join('\n'));
  });

  it('of what a thunk that nobody awaited does are those of where it began', async () => {
    const writer = backendOf('writer', { deltas: ['Hi.'] });
    const [thunk] = await inSpan('request', () => writer.generateFromContext('Go.', ctx));
    await thunk.avalue();
    expect(otel.outline()).toBe(['request', '  chat writer'].join('\n'));
  });
});

describe('scopes', () => {
  it('telemetry in a scope sees that scope alone, with its session', async () => {
    unregister(plugin);
    using session = pluginScopeFor(plugin, { sessionId: 's1' });
    await answer(backendOf('outside', { deltas: ['Hi.'] }));
    await pluginScope([], () => answer(backendOf('outside', { deltas: ['Hi.'] })));
    await session.run(() => answer(backendOf('inside', { deltas: ['Hi.'] })));
    expect(otel.trees()).toMatchObject([
      { name: 'chat inside', attributes: { 'gen_ai.conversation.id': 's1' } },
    ]);
  });
});
