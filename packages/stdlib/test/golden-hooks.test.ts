import { Backend, type GenerationEvent, HookType, type RawItem, ValidationResult } from '@melliflow/core';
import { type AnyHook, block, hook, modify, pluginScope } from '@melliflow/plugins';
import { afterEach, describe, expect, it } from 'vitest';
import { Instruction } from '../src/components/instruction.js';
import { SimpleContext } from '../src/contexts/simple-context.js';
import { check } from '../src/requirements/check.js';
import { validateAll } from '../src/requirements/validate-all.js';
import { RejectionSamplingStrategy } from '../src/sampling/rejection-sampling-strategy.js';
import { act } from '../src/session/act.js';
import { Session } from '../src/session/session.js';
import { readGolden } from './golden.js';
import { Listener, listening } from './heard-hooks.js';

type Facts = Record<string, unknown>;

interface Lifecycle {
  readonly id: string;
  readonly returned?: unknown;
  readonly raised?: { readonly message: string };
  readonly hooks: readonly (readonly [string, Facts])[];
}

const golden = readGolden<{ lifecycle: Lifecycle[]; effects: { id: string; returned?: unknown }[] }>('hooks');
const lifecycle = (id: string): Lifecycle => golden.lifecycle.find((one) => one.id === id) as Lifecycle;

/** Answers one text after the other, or throws. */
class Scripted extends Backend {
  readonly provider = 'scripted';
  readonly modelId = 'm';
  readonly answers: (string | Error)[];

  constructor(...answers: (string | Error)[]) {
    super();
    this.answers = answers;
  }

  async *_generateFromContext(): AsyncGenerator<GenerationEvent> {
    const answer = this.answers.shift() as string | Error;
    yield { type: 'prompt', prompt: 'P' };
    if (answer instanceof Error) throw answer;
    yield { type: 'text', text: answer };
    yield { type: 'finish', reason: 'stop' };
  }

  async _generateFromRaw(): Promise<RawItem[]> {
    return [];
  }
}

const good = check('be good', (ctx) => ctx.lastOutput()?.value === 'good');
const instruction = new Instruction('x');
const ctx = new SimpleContext();
const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** What a hook of the reference is called and tells here. */
function ours([type, facts]: readonly [string, Facts]): readonly [string, Facts] {
  const told = Object.fromEntries(Object.entries(facts).map(([name, value]) => [camel(name), value]));
  // Texts and names of errors, and names of what repairs, are our own.
  if ('exception' in told) told.exception = expect.any(Error);
  if ('errorType' in told) told.errorType = 'BackendError';
  if ('repairType' in told) told.repairType = 'RejectionSamplingStrategy';
  if (told.failureReason) told.failureReason = 'None of 2 attempts meets all requirements.';
  return [type, expect.objectContaining(told)];
}

async function heardOf(work: () => Promise<unknown>): Promise<{ told: unknown[]; outcome: unknown }> {
  const listener = new Listener();
  const outcome = await pluginScope(listener, work).catch((error: unknown) => error);
  return { told: listener.heard.map(({ type, payload }) => [type, payload]), outcome };
}

afterEach(() => expect(listening(), 'plugins that a test left behind').toBe(0));

describe('the lifecycles of the reference', () => {
  const rejection = async (loopBudget: number, ...answers: string[]): Promise<unknown> => {
    const strategy = new RejectionSamplingStrategy({ loopBudget });
    const { samplingResult } = await act(instruction, ctx, new Scripted(...answers), {
      strategy,
      requirements: [good],
    });
    return [samplingResult.success, samplingResult.result.value];
  };

  it('aact-no-strategy-await', async () => {
    const { returned, hooks } = lifecycle('aact-no-strategy-await');
    const { told, outcome } = await heardOf(
      async () => (await act(instruction, ctx, new Scripted('hi'), { strategy: null })).result.value,
    );
    expect([told, outcome]).toEqual([hooks.map(ours), returned]);
  });

  it('rejection-second-succeeds', async () => {
    const { returned, hooks } = lifecycle('rejection-second-succeeds');
    const { told, outcome } = await heardOf(() => rejection(3, 'bad', 'good'));
    expect([told, outcome]).toEqual([hooks.map(ours), [true, returned]]);
  });

  it('rejection-exhausted departs: there is no repair after the last attempt (departure 11)', async () => {
    const { returned, hooks } = lifecycle('rejection-exhausted');
    const { told, outcome } = await heardOf(() => rejection(2, 'bad1', 'bad2'));
    const last = hooks.findLastIndex(([type]) => type === 'sampling_repair');
    expect([told, outcome]).toEqual([hooks.toSpliced(last, 1).map(ours), returned]);
  });

  it('backend-error', async () => {
    const { raised, hooks } = lifecycle('backend-error');
    const broken = new Scripted(new Error(raised?.message));
    const { told, outcome } = await heardOf(() => act(instruction, ctx, broken, { strategy: null }));
    expect(told).toEqual(hooks.map(ours));
    expect((outcome as Error).message).toContain(raised?.message);
  });

  it('avalidate', async () => {
    const { returned, hooks } = lifecycle('avalidate');
    const requirements = [check('a', () => true), check('b', () => false)];
    const { told, outcome } = await heardOf(async () => {
      const verdicts = await validateAll(requirements, ctx, new Scripted());
      return verdicts.map(([, verdict]) => verdict.asBool());
    });
    expect([told, outcome]).toEqual([hooks.map(ours), returned]);
  });

  it('aact-lazy departs: success is told of when there is an output', async () => {
    const { returned, hooks } = lifecycle('aact-lazy');
    const m = new Session({ backend: new Scripted('hi') });
    const { told, outcome } = await heardOf(async () => {
      const thunk = await m.aact(instruction);
      const before = thunk.isComputed();
      const value = await thunk.avalue();
      await m.cleanup();
      return [before, value];
    });
    const [pre, call, success, post] = hooks.map(ours);
    expect([told.slice(0, -1), outcome]).toEqual([[pre, call, post, success], returned]);
  });
});

describe('the effects of the reference', () => {
  const passed = new ValidationResult(true);
  const rows: readonly [id: string, plugin: AnyHook, ours: unknown, departure?: string][] = [
    [
      'generation_post_call mutates the thunk',
      hook(HookType.GENERATION_POST_CALL, ({ modelOutput }) => {
        modelOutput.meta.changed = true;
        Object.assign(modelOutput, { thinking: 'changed' });
      }),
      'hi',
    ],
    [
      'validation_post_check forces results to pass (all_validations_passed=False is ignored)',
      hook(HookType.VALIDATION_POST_CHECK, (payload) =>
        modify(payload, { results: payload.results.map(() => passed), allValidationsPassed: false }),
      ),
      [true, 1],
    ],
    [
      'validation_post_check sets only all_validations_passed',
      hook(HookType.VALIDATION_POST_CHECK, (payload) => modify(payload, { allValidationsPassed: true })),
      [true, 1],
      'a change of a writable field takes effect (7)',
    ],
    [
      'validation_pre_check clears the requirements',
      hook(HookType.VALIDATION_PRE_CHECK, (payload) => modify(payload, { requirements: [] })),
      [true, 1],
      'a change of a writable field takes effect (7)',
    ],
    [
      'component_pre_execute clears the requirements (an empty list is falsy: ignored)',
      hook(HookType.COMPONENT_PRE_EXECUTE, (payload) => modify(payload, { requirements: [] })),
      [true, 1],
      'a change of a writable field takes effect (7)',
    ],
    [
      'component_post_error blocks',
      hook(HookType.COMPONENT_POST_ERROR, () => block('x', { code: 'E' })),
      expect.objectContaining({ code: 'backend' }),
      'an error hook cannot replace the error (7, departure 10)',
    ],
    [
      'component_pre_execute blocks',
      hook(HookType.COMPONENT_PRE_EXECUTE, () => block('no gen', { code: 'G' })),
      expect.objectContaining({ code: 'plugin_violation', violationCode: 'G', reason: 'no gen' }),
    ],
  ];

  it.each(rows)('%s', async (id, plugin, expected, departure) => {
    const effect = golden.effects.find((one) => one.id === id);
    if (!departure && effect?.returned) expect(effect.returned).toEqual(expected);
    const isError = id.includes('error');
    const backend = new Scripted(...(isError ? [new Error('backend broke')] : ['hi', 'hi']));
    const isSampled = Array.isArray(expected);
    const outcome = await pluginScope(plugin, async () => {
      const { result, samplingResult } = await act(instruction, ctx, backend, {
        strategy: isSampled ? new RejectionSamplingStrategy({ loopBudget: 2 }) : null,
        requirements: isSampled ? [good] : [],
      });
      expect(result.thinking).toBeNull();
      return isSampled ? [samplingResult.success, samplingResult.sampleGenerations.length] : result.value;
    }).catch((error: unknown) => error);
    expect(outcome).toEqual(expected);
  });

  it('are all of them, but the one that core and the plugins have alone', () => {
    const elsewhere = ['generation_error blocks: replaces the backend error'];
    const ids = golden.effects.map(({ id }) => id);
    expect([...rows.map(([id]) => id), ...elsewhere].sort()).toEqual(ids.sort());
  });
});
