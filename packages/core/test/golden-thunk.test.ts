import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { thunkFromEvents } from '../src/implement/index.js';
import {
  BackendError,
  CBlock,
  ComponentParseError,
  ComputedModelOutputThunk,
  ModelOutputThunk,
  StreamFinishedError,
} from '../src/index.js';
import { drain, failureOf, pushSource } from './support/doubles.js';

type Op = [string, ...unknown[]];
type Raised = { type: string; message: string };
interface Case {
  id: string;
  note?: string;
  ops: Op[];
  value?: string;
  generate_type?: string;
  producer?: string[];
  action?: { parse_raises?: Raised; parse_none?: boolean };
  expect: { steps: { op: Op; returned?: unknown; raised?: Raised; done?: boolean; state: State }[] };
}
interface State {
  computed: boolean;
  value: string | null;
  cancelled: boolean;
  parsed_repr: unknown;
}

const golden = JSON.parse(
  readFileSync(new URL('golden/model_output_thunk.json', import.meta.url), 'utf8'),
) as {
  cases: Case[];
};

/** Cases in which the contract departs from the reference: the clause, and what holds instead. */
const departures: Record<string, [clause: string, check: (run: Run) => Promise<void>]> = {
  'empty-strings': [
    '2.3: astream waits for text, an empty delta brings none',
    async (run) => {
      run.source.text('');
      const first = run.thunk.astream();
      await drain();
      run.source.text('');
      run.source.text('x');
      expect(await first).toBe('x');
      run.finish();
      await drain();
      expect(await run.thunk.astream()).toBe('');
      expect(run.thunk.value).toBe('x');
    },
  ],
  'only-sentinel': [
    '2.6: a properly ended empty output is a success',
    async (run) => {
      run.finish();
      expect(await run.thunk.astream()).toBe('');
      expect(run.thunk.value).toBe('');
    },
  ],
  'only-sentinel-avalue': [
    '2.6',
    async (run) => {
      run.finish();
      expect(await run.thunk.avalue()).toBe('');
      expect(run.thunk.isComputed()).toBe(true);
    },
  ],
  'default-chunk-size-4-items': [
    '2.3: astream resolves with what is there',
    async (run) => {
      const given: string[] = [];
      for (const text of ['a', 'b', 'c', 'd']) {
        run.source.text(text);
        given.push(await run.thunk.astream());
      }
      expect(given).toEqual(['a', 'b', 'c', 'd']);
    },
  ],
  'chunk-size-2': [
    '2.3',
    async (run) => {
      const first = run.thunk.astream();
      run.source.text('0');
      expect(await first).toBe('0');
    },
  ],
  'default-error-cuts-short': [
    '2.5: what came before the error is kept',
    async (run) => {
      run.source.text('a');
      run.source.text('b');
      run.source.push({ type: 'throw', error: new Error('boom') });
      await drain();
      expect(await run.thunk.astream()).toBe('ab');
      expect((await failureOf(run.thunk.astream())).message).toContain('boom');
    },
  ],
  'error-in-middle': [
    '2.5: an error ends the generation',
    async (run) => {
      run.source.text('a');
      run.source.push({ type: 'throw', error: new Error('boom') });
      run.source.text('b');
      await drain();
      expect(await run.thunk.astream()).toBe('a');
      expect(BackendError.is(await failureOf(run.thunk.astream()))).toBe(true);
      expect(run.thunk.partialValue).toBe('a');
    },
  ],
  'avalue-after-error-hangs': [
    '2.2: the same error again; 2.7: nothing is left to cancel',
    async (run) => {
      run.source.push({ type: 'throw', error: new Error('connection reset') });
      const first = await failureOf(run.thunk.avalue());
      expect(await failureOf(run.thunk.avalue())).toBe(first);
      await run.thunk.cancelGeneration();
      expect([run.thunk.isComputed(), run.thunk.cancelled]).toEqual([false, false]);
    },
  ],
  'component-parse-raises': [
    '2.10: a parse failure is a failure, the text is kept',
    async (run) => {
      run.source.text('a');
      run.finish();
      await drain();
      expect(await run.thunk.astream()).toBe('a');
      expect(ComponentParseError.is(await failureOf(run.thunk.avalue()))).toBe(true);
      expect([run.thunk.isComputed(), run.thunk.partialValue]).toEqual([false, 'a']);
    },
  ],
  'component-parse-none': [
    '2.10: checked in backend.test.ts, where components are parsed',
    async () => undefined,
  ],
  'post-raises': [
    '4.8: an author has no post step; what it throws before finish is a failure (2.5)',
    async (run) => {
      run.source.text('a');
      run.source.push({ type: 'throw', error: new Error('rt boom') });
      expect((await failureOf(run.thunk.avalue())).message).toContain('rt boom');
      expect(run.thunk.isComputed()).toBe(false);
    },
  ],
  'post-changes-value': [
    '4: events only add text, what was shown cannot be taken back',
    async (run) => {
      run.source.text('abc');
      run.source.text('def');
      run.finish();
      expect(await run.thunk.avalue()).toBe('abcdef');
    },
  ],
  'post-changes-value-longer': [
    '4',
    async (run) => {
      run.source.text('abc');
      run.finish();
      expect(await run.thunk.avalue()).toBe('abc');
    },
  ],
  'process-raises': [
    '2.5: an error ends the generation; nothing is lost before it',
    async (run) => {
      run.source.text('a');
      run.source.push({ type: 'throw', error: new Error('boom') });
      run.source.text('c');
      await failureOf(run.thunk.avalue());
      expect(run.thunk.partialValue).toBe('a');
    },
  ],
  'cancel-mid': [
    '2.7: the value is all that had arrived',
    async (run) => {
      run.source.text('ab');
      expect(await run.thunk.astream()).toBe('ab');
      run.source.text('c');
      await drain();
      await run.thunk.cancelGeneration();
      expect([run.thunk.value, run.thunk.cancelled, run.thunk.parsedRepr]).toEqual(['abc', true, null]);
      expect(await run.thunk.avalue()).toBe('abc');
    },
  ],
  'cancel-blocked-producer-after-read': [
    '2.7',
    async (run) => {
      for (let i = 0; i < 50; i++) run.source.text(`${i};`);
      await run.thunk.astream();
      await run.thunk.cancelGeneration();
      expect(run.thunk.value).toBe(run.thunk.partialValue);
      expect(run.source.state.returned).toBe(true);
    },
  ],
  'cancel-uncomputed-none-type': [
    '2.7: on one that cannot generate it does nothing',
    async () => {
      const thunk = new ModelOutputThunk(null);
      await thunk.cancelGeneration();
      expect([thunk.isComputed(), thunk.cancelled, thunk.value]).toEqual([false, false, null]);
    },
  ],
  'computed-thunk-uncomputed': [
    '2.9: it throws and changes nothing',
    async (run) => {
      expect(() => new ComputedModelOutputThunk(run.thunk)).toThrow(TypeError);
      expect(run.thunk.isComputed()).toBe(false);
      expect(run.thunk instanceof ComputedModelOutputThunk).toBe(false);
    },
  ],
  'set-value-computed': [
    '2.10: parsedRepr of a thunk that was given a value stays what it was given',
    async () => {
      const thunk = new ModelOutputThunk('old');
      thunk.value = 'x';
      expect([await thunk.avalue(), thunk.isComputed(), thunk.parsedRepr]).toEqual(['x', true, null]);
    },
  ],
};

interface Run {
  thunk: ModelOutputThunk;
  source: ReturnType<typeof pushSource>;
  finish(): void;
}

function start(given: Case): Run {
  const source = pushSource();
  const finish = (): void => source.push({ type: 'finish', reason: 'stop' });
  if (given.value !== undefined) return { thunk: new ModelOutputThunk(given.value), source, finish };
  if (given.generate_type) {
    const thunk = new ModelOutputThunk(null);
    thunk._generateType = given.generate_type.toLowerCase() as 'sync';
    return { thunk, source, finish };
  }
  const raises = given.action?.parse_raises;
  const parse = (computed: ModelOutputThunk): string => {
    if (raises) throw new ComponentParseError(raises.message);
    return computed.value ?? '';
  };
  return { thunk: thunkFromEvents(source.source, { parse }), source, finish };
}

async function play(given: Case): Promise<void> {
  const run = start(given);
  const steps = [...given.expect.steps];
  let pending: Promise<unknown> = Promise.resolve();
  let done = false;
  for (const [verb, ...args] of given.ops) {
    if (verb === 'push') {
      for (const item of args) {
        if (item === null) run.finish();
        else if (typeof item === 'string') run.source.text(item);
        else run.source.push({ type: 'throw', error: new Error((item as { error: Raised }).error.message) });
      }
      await drain();
      continue;
    }
    const step = steps.shift();
    if (step === undefined) throw new Error(`no step for ${verb}`);
    expect(step.op[0]).toBe(verb);
    await drain();
    switch (verb) {
      case 'astream':
      case 'avalue':
        await compare(run.thunk[verb](), step);
        break;
      case 'astream_start':
      case 'avalue_start':
        done = false;
        pending = run.thunk[verb === 'astream_start' ? 'astream' : 'avalue']().finally(() => (done = true));
        await drain();
        expect(done).toBe(step.done);
        break;
      case 'pending':
        expect(done).toBe(step.done);
        break;
      case 'join':
        await compare(pending, step);
        break;
      case 'cancel':
        await run.thunk.cancelGeneration();
        break;
      case 'set_value':
        run.thunk.value = args[0] as string | null;
        break;
      case 'as_computed':
        if (step.raised) expect(() => new ComputedModelOutputThunk(run.thunk)).toThrow(TypeError);
        else expect(new ComputedModelOutputThunk(run.thunk)).toBe(run.thunk);
        break;
    }
    const { computed, value, cancelled } = step.state;
    expect({
      computed: run.thunk.isComputed(),
      value: run.thunk.value,
      cancelled: run.thunk.cancelled,
    }).toEqual({
      computed,
      value,
      cancelled,
    });
    if (run.thunk.isComputed() && given.value === undefined)
      expect(run.thunk.parsedRepr).toEqual(step.state.parsed_repr);
  }
  expect(steps).toEqual([]);
}

async function compare(
  outcome: Promise<unknown>,
  step: { returned?: unknown; raised?: Raised },
): Promise<void> {
  if (step.raised) {
    const error = await failureOf(outcome);
    if (step.raised.message.includes('astream') || step.raised.message.includes('stream from')) {
      if (step.raised.message.startsWith('Cannot use')) expect(error.message).toContain("'sync'");
      else expect(StreamFinishedError.is(error)).toBe(true);
    } else if (step.raised.type === 'ConnectionError' || step.raised.type === 'ValueError') {
      expect(error.message).toContain(step.raised.message);
    } else {
      expect(error).toBeInstanceOf(Error);
    }
  } else {
    expect(await outcome).toBe(step.returned);
  }
}

describe('golden: thunks', () => {
  for (const given of golden.cases) {
    const departure = departures[given.id];
    if (departure) it(`${given.id} (departs: contract ${departure[0]})`, () => departure[1](start(given)));
    else it(given.id, () => play(given));
  }

  it('copies: the output is kept, the generation is not (2.12)', async () => {
    const source = pushSource();
    const thunk = thunkFromEvents(source.source);
    source.text('part');
    await drain();
    const copy = thunk.copy();
    expect([copy.isComputed(), copy.value, copy.generateType, copy.partialValue]).toEqual([
      false,
      null,
      'none',
      'part',
    ]);
    await expect(copy.avalue()).rejects.toThrow("generateType is 'none'");
    await thunk.cancelGeneration();
    const cancelledCopy = thunk.copy();
    expect([cancelledCopy.value, cancelledCopy.cancelled]).toEqual(['part', true]);
    cancelledCopy.generation.usage = { promptTokens: 1, completionTokens: 1, totalTokens: 2 };
    expect(thunk.generation.usage).toBeNull();
  });

  it('blocks: text or null, nothing else', () => {
    expect(String(new CBlock(''))).toBe('');
    expect(String(new CBlock(null))).toBe('');
    for (const bad of [1, ['a'], new Uint8Array(1), undefined]) {
      expect(() => new CBlock(bad as unknown as string)).toThrow(TypeError);
    }
  });
});
