import { fallback } from '@melliflow/backend-wrappers';
import { type Backend, RateLimitError, Requirement } from '@melliflow/core';
import { register, unregister } from '@melliflow/plugins';
import { BestOfNStrategy, callTools, req, type Session, startSession, tool } from '@melliflow/stdlib';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Telemetry, telemetry } from '../src/index.js';
import { otelForEachTest } from './support/otel.js';

const otel = otelForEachTest();
const origin = { provider: 'scripted', model: 'scripted' };
const down = { error: new RateLimitError('Slow down.', origin) };
const backendOf = (modelId: string, ...script: ScriptedAnswer[]): ScriptedBackend =>
  new ScriptedBackend(script, { modelId });

let plugin: Telemetry;
let session: Session | null = null;
beforeEach(() => {
  plugin = telemetry({ tracer: otel.tracer, meter: otel.meter });
  register(plugin);
});
afterEach(async () => {
  await session?.cleanup();
  unregister(plugin);
});

async function sessionOn(backend: Backend): Promise<Session> {
  session = await startSession({ backend });
  return session;
}

describe('a session', () => {
  it('retries: a sampling run with its attempts, their validations and the judge inside', async () => {
    const m = await sessionOn(
      backendOf('m', { deltas: ['Hi.'] }, { deltas: ['no'] }, { deltas: ['Dear Ann.'] }, { deltas: ['yes'] }),
    );
    const answer = await m.instruct('Write to Ann.', { requirements: [req('be formal')] });
    expect(answer.value).toBe('Dear Ann.');
    expect(otel.outline()).toBe(
      [
        'sampling RejectionSamplingStrategy',
        '  chat m',
        '  validation',
        '    chat m',
        '  chat m',
        '  validation',
        '    chat m',
      ].join('\n'),
    );
  });

  it('samples at once: each judge in its own validation', async () => {
    const m = await sessionOn(backendOf('m', { deltas: ['yes'] }));
    await m.instruct('Say yes.', {
      requirements: ['agree'],
      strategy: new BestOfNStrategy({ loopBudget: 3 }),
    });
    const [run] = otel.trees();
    const inside = run?.inside.map(({ name, inside }) =>
      [name, ...inside.map((span) => span.name)].join(' > '),
    );
    expect(inside?.sort()).toEqual([
      ...['chat m', 'chat m', 'chat m'],
      ...['validation > chat m', 'validation > chat m', 'validation > chat m'],
    ]);
  });

  it('whose validator throws leaves nothing open', async () => {
    const m = await sessionOn(backendOf('m', { deltas: ['Hi.'] }));
    const broken = new Requirement('broken', {
      validationFn: () => {
        throw new RangeError('broken');
      },
    });
    await expect(m.instruct('Go.', { requirements: [broken] })).rejects.toThrow('broken');
    await expect(m.validate(broken, { output: 'Hi.' })).rejects.toThrow('broken');
    expect(otel.outline()).toBe(
      [
        'sampling RejectionSamplingStrategy !RangeError',
        '  chat m',
        '  validation !RangeError',
        'validation !RangeError',
      ].join('\n'),
    );
  });

  it('tools, a fallback, a failing stream and a raw batch', async () => {
    const helper = backendOf('helper', { deltas: ['Sunny.'] });
    const weather = tool({
      name: 'weather',
      parameters: { type: 'object', properties: {} },
      execute: async () => (await (await startSession({ backend: helper })).chat('How is it?')).value,
    });
    const calling = { toolCalls: [{ id: 'c1', name: 'weather', args: {} }] };
    const first = backendOf('first', down);
    const second = backendOf(
      'second',
      calling,
      { deltas: ['One. ', 'Tw'], finish: null },
      { deltas: ['Raw.'] },
    );
    const backend = fallback([first, second]);
    const m = await sessionOn(backend);
    const asked = await m.chat('How is the weather?', {
      modelOptions: { tools: [weather] },
      toolCalls: true,
    });
    await callTools(asked, { backend });
    const stream = await m.stream('Tell.');
    await expect(stream.acomplete()).rejects.toThrow();
    await backend.generateFromRaw(['a', 'b'], m.ctx);
    expect(otel.outline()).toBe(
      [
        'chat first',
        'execute_tool weather',
        '  chat helper',
        'stream sentence !incomplete_stream',
        '  chat first !incomplete_stream',
        'text_completion first',
      ].join('\n'),
    );
  });
});
