import { readFileSync } from 'node:fs';
import {
  type Backend,
  CBlock,
  Component,
  type Context,
  type ModelOutputThunk,
  type Part,
  PartialValidationResult,
  type PartialVerdict,
  Requirement,
  type StreamValidationIo,
  ValidationResult,
} from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import {
  type ChunkingStrategy,
  fromSplit,
  type StreamChunkingResult,
  type StreamEvent,
  streamWithChunking,
} from '../src/index.js';
import { collect, drain, failureOf, PlainContext } from './support/stream-doubles.js';

type Raised = { type: string; message: string };
type Verdict = PartialVerdict | [PartialVerdict, string, number | null] | { raise: Raised };
interface GoldenRequirement {
  verdicts?: Record<string, Verdict>;
  default?: Verdict;
  final?: boolean | [boolean, string, number | null] | { raise: Raised };
  yields?: number;
  copy_raises?: Raised;
}
interface GoldenEvent {
  type: string;
  [member: string]: unknown;
}
interface Case {
  id: string;
  backend: {
    deltas: string[];
    end?: 'done' | 'never' | Raised;
    precomputed?: string;
    post_process_error?: Raised;
  };
  requirements: GoldenRequirement[] | null;
  chunking?: string;
  action?: string | { parse_raises: Raised };
  validation_backend?: boolean;
  expect: {
    raised?: Raised;
    events: GoldenEvent[];
    astream: string[];
    errors?: unknown[];
    completed: boolean;
    full_text: string;
    final_validations: unknown[];
    streaming_failures: {
      requirement: number;
      success: string;
      reason: string | null;
      score: number | null;
    }[];
    as_thunk: { value: string };
    calls: [string, number, string, string][];
  };
}

const golden = JSON.parse(
  readFileSync(new URL('golden/stream_with_chunking.json', import.meta.url), 'utf8'),
) as {
  cases: Case[];
};

const thrown = ({ type, message }: Raised): Error => Object.assign(new Error(message), { name: type });

/** A requirement that follows the verdicts of a golden case; the clones tell their calls to the original's list. */
class Scripted extends Requirement {
  readonly index: number;
  readonly script: GoldenRequirement;
  readonly main: Backend;
  readonly calls: { list: [string, number, string, string][] };
  count = 0;
  constructor(index: number, script: GoldenRequirement, main: Backend, calls: Scripted['calls']) {
    super('golden');
    this.index = index;
    this.script = script;
    this.main = main;
    this.calls = calls;
  }
  override clone(): this {
    if (this.script.copy_raises) throw thrown(this.script.copy_raises);
    return super.clone();
  }
  override streamValidate(
    chunk: string,
    io: StreamValidationIo,
  ): PartialValidationResult | Promise<PartialValidationResult> {
    this.calls.list.push([
      'stream_validate',
      this.index,
      chunk,
      io.backend === this.main ? 'main' : 'validator',
    ]);
    const verdict = this.script.verdicts?.[this.count++] ?? this.script.default ?? 'unknown';
    const give = (): PartialValidationResult => {
      if (typeof verdict === 'string') return new PartialValidationResult(verdict);
      if ('raise' in verdict) throw thrown(verdict.raise);
      return new PartialValidationResult(verdict[0], { reason: verdict[1], score: verdict[2] });
    };
    return this.script.yields ? later(this.script.yields).then(give) : give();
  }
  override async validate(backend: Backend, ctx: Context): Promise<ValidationResult> {
    this.calls.list.push([
      'validate',
      this.index,
      ctx.lastOutput()?.value ?? '',
      backend === this.main ? 'main' : 'validator',
    ]);
    const final = this.script.final ?? true;
    if (typeof final === 'boolean') return new ValidationResult(final);
    if ('raise' in final) throw thrown(final.raise);
    return new ValidationResult(final[0], { reason: final[1], score: final[2] });
  }
}

async function later(ticks: number): Promise<void> {
  for (let i = 0; i < ticks; i++) await Promise.resolve();
}

class Unreadable extends Component<string> {
  readonly error: Error;
  constructor(error: Error) {
    super();
    this.error = error;
  }
  parts(): readonly Part[] {
    return [];
  }
  formatForLlm(): string {
    return 'go';
  }
  parseOutput(_: ModelOutputThunk): string {
    throw this.error;
  }
}

const sentences = (text: string): string[] => text.match(/[^.]+\.(?=\s)/g)?.map((one) => one.trim()) ?? [];
const custom: Record<string, ChunkingStrategy> = {
  '@noflush': fromSplit(sentences),
  '@upper': fromSplit((text) => sentences(text.toUpperCase())),
  '@multiflush': fromSplit(
    () => [],
    (text) => text.split(','),
  ),
  '@shrinking': fromSplit((text) => (text.length % 2 ? [text] : [])),
};

interface Run {
  result: StreamChunkingResult<string>;
  calls: Scripted['calls'];
  requirements: Scripted[];
}

async function start(given: Case): Promise<Run> {
  const { deltas, end } = given.backend;
  const failing = given.backend.post_process_error ?? (typeof end === 'object' ? end : undefined);
  const backend = new ScriptedBackend([
    { deltas, hangs: end === 'never', error: failing && thrown(failing) },
  ]);
  const calls: Scripted['calls'] = { list: [] };
  const requirements = (given.requirements ?? []).map((one, i) => new Scripted(i, one, backend, calls));
  const action =
    typeof given.action === 'object' ? new Unreadable(thrown(given.action.parse_raises)) : new CBlock('go');
  const result = (await streamWithChunking(action, backend, new PlainContext(), {
    requirements,
    chunking: (custom[given.chunking ?? ''] ?? given.chunking) as 'sentence' | undefined,
    validationBackend: given.validation_backend ? new ScriptedBackend([{ deltas: ['x'] }]) : undefined,
  })) as StreamChunkingResult<string>;
  return { result, calls, requirements };
}

/** Where the last of these chunks ends, each searched after the one before. */
function endOf(text: string, chunks: readonly string[]): number {
  return chunks.reduce(
    (at, chunk) => (text.indexOf(chunk, at) < 0 ? at : text.indexOf(chunk, at) + chunk.length),
    0,
  );
}

function translated(event: GoldenEvent): unknown {
  const type = event.type
    .replace(/Event$/, '')
    .replace(/(?<!^)([A-Z])/g, '_$1')
    .toLowerCase();
  const camel = Object.entries(event).map(([key, value]) => [
    key.replace(/_(.)/g, (_, c) => c.toUpperCase()),
    value,
  ]);
  return { ...Object.fromEntries(camel), type };
}

const plain = (events: readonly StreamEvent[]): unknown[] =>
  JSON.parse(JSON.stringify(events)).map(({ timestamp, ...rest }: { timestamp: number }) => {
    expect(timestamp).toBeGreaterThan(1e9);
    return rest;
  });

async function play(given: Case): Promise<void> {
  if (given.expect.raised) {
    const error = await failureOf(start(given));
    expect(error.message).toMatch(given.id === 'copy-raises' ? 'boom' : /'sentence', 'word', 'paragraph'/);
    return;
  }
  const { result, calls, requirements } = await start(given);
  const events = await collect(result.events());
  const whole = given.backend.deltas.join('');
  const chunks = given.expect.events.flatMap((event) =>
    event.type === 'ChunkEvent' ? [String(event.text)] : [],
  );
  const failed = given.expect.errors !== undefined;
  const done = given.expect.events.some((event) => event.type === 'StreamingDoneEvent');
  // 6.6: after an error, too, only what was released, where the reference gives all that had arrived.
  const fullText = done ? whole : whole.slice(0, endOf(whole, chunks));
  const wanted = given.expect.events.map((event) => {
    const own = translated(event) as Record<string, unknown>;
    if (own.type === 'completed') own.fullText = fullText;
    if (own.type === 'error' && typeof given.backend.end === 'object') {
      // 4.6: what an author's code throws arrives as a BackendError that keeps its message.
      Object.assign(own, { exceptionType: 'BackendError', detail: `scripted: ${given.backend.end.message}` });
    }
    return own;
  });
  expect(plain(events)).toEqual(wanted);
  expect([result.completed, result.fullText, result.asThunk.value]).toEqual([
    given.expect.completed,
    fullText,
    fullText,
  ]);
  expect(JSON.parse(JSON.stringify(result.finalValidations))).toEqual(given.expect.final_validations);
  expect(
    result.streamingFailures.map(([requirement, verdict]) => ({ requirement, ...verdict.toJSON() })),
  ).toEqual(
    given.expect.streaming_failures.map(({ requirement, success, reason, score }) => ({
      requirement: expect.objectContaining({ index: requirement }),
      success,
      reason,
      score,
    })),
  );
  for (const [requirement] of result.streamingFailures) expect(requirements).not.toContain(requirement);
  expect(calls.list).toEqual(given.expect.calls);
  expect(result.context.asList().map(String)).toEqual(['go', fullText]);
  if (failed) {
    // 6.5: each caller, every time, where the reference raises once.
    for (let i = 0; i < 2; i++) {
      await failureOf(result.acomplete());
      await failureOf(collect(result.astream()));
    }
    const seen: string[] = [];
    await failureOf(
      (async () => {
        for await (const chunk of result) seen.push(chunk);
      })(),
    );
    expect(seen).toEqual(chunks);
  } else {
    await result.acomplete();
    expect(await collect(result.astream())).toEqual(chunks);
  }
}

/** Cases in which the contract departs from the reference: the clause, and what holds instead. */
const departures: Record<string, [clause: string, check: (given: Case) => Promise<void>]> = {
  'empty-stream-none': [
    '2.6, 6.4: a properly ended empty stream is a success',
    async (given) => {
      const { result } = await start(given);
      expect((await collect(result.events())).map((event) => event.type)).toEqual([
        'streaming_done',
        'completed',
      ]);
      expect([result.completed, result.fullText]).toEqual([true, '']);
    },
  ],
  'external-cancel-1': [
    '6.5: a cancel is no exception; 6.6: fullText is what was released',
    async (given) => {
      const { result } = await start(given);
      await drain();
      await result.cancel();
      await result.acomplete();
      expect(await collect(result.astream())).toEqual(['A.']);
      const types = (await collect(result.events())).map((event) => event.type);
      expect(types).toEqual(['quick_check', 'chunk', 'completed']);
      expect([result.completed, result.fullText]).toEqual([false, 'A.']);
    },
  ],
  'precomputed-empty': [
    '6.8: asked of a backend whose thunk is computed at once',
    async () => {
      class AtOnce extends ScriptedBackend {
        override async generateFromContext(action: never, ctx: Context): Promise<never> {
          const [thunk, after] = await super.generateFromContext(action, ctx);
          await thunk.avalue();
          return [thunk, after] as never;
        }
      }
      const error = await failureOf(
        streamWithChunking('go', new AtOnce([{ deltas: [''] }]), new PlainContext()),
      );
      expect(error.message).toContain('answered a stream request with a computed thunk');
    },
  ],
};
for (const id of [
  'parse-raises-value-prequeued',
  'parse-raises-runtime',
  'post-process-value',
  'post-process-runtime-prequeued',
]) {
  departures[id] = [
    '2.10, 6.5: a failure at the end is an error, what was released before it stays',
    async (given) => {
      const { result, calls } = await start(given);
      const events = await collect(result.events());
      expect(events.map((event) => event.type).slice(-3)).toEqual(['chunk', 'error', 'completed']);
      const name = id.startsWith('parse') ? 'ComponentParseError' : 'BackendError';
      expect(events.at(-2)).toMatchObject({ exceptionType: name, detail: expect.stringContaining('boom') });
      expect(result.fullText).toBe(given.backend.deltas[0]?.trim());
      expect(calls.list.filter(([kind]) => kind === 'validate')).toEqual([]);
      expect((await failureOf(result.acomplete())).name).toBe(name);
    },
  ];
}

describe('golden: streams', () => {
  for (const given of golden.cases) {
    const departure = departures[given.id];
    if (departure) it(`${given.id} (departs: contract ${departure[0]})`, () => departure[1](given));
    else it(given.id, () => play(given));
  }
});
