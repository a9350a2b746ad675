import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  batchUnderLimit,
  type HookScope,
  resolveFormat,
  setHookDispatcher,
  thunkFromEvents,
} from '../src/implement/index.js';
import {
  AbstractTool,
  type BackendCapabilities,
  BackendError,
  BatchGenerationError,
  CBlock,
  Component,
  ComponentParseError,
  ComputedModelOutputThunk,
  type ContextCall,
  GenerationCancelledError,
  type GenerationEvent,
  InvalidRequestError,
  type JsonTool,
  ModelOption,
  type ModelOptions,
  type ModelOutputThunk,
  type Part,
  RateLimitError,
  setLogger,
  UnsupportedFeatureError,
} from '../src/index.js';
import {
  collect,
  drain,
  events,
  FunctionBackend,
  failureOf,
  Group,
  PlainContext,
  pushSource,
} from './support/doubles.js';

const ctx = new PlainContext();
const capable: Partial<BackendCapabilities> = { format: true, tools: true, seed: true };

class CapableBackend extends FunctionBackend {
  override readonly capabilities: BackendCapabilities;
  override readonly modelOptions: ModelOptions;
  constructor(source?: (call: ContextCall) => AsyncIterable<GenerationEvent>, options: ModelOptions = {}) {
    super(source);
    this.modelOptions = options;
    this.capabilities = { ...new FunctionBackend().capabilities, ...capable };
  }
  override _secrets(): readonly string[] {
    return ['hunter22'];
  }
}

class NamedTool extends AbstractTool {
  readonly name: string;
  readonly answer: string;
  constructor(name: string, answer: string) {
    super();
    this.name = name;
    this.answer = answer;
  }
  get asJsonTool(): JsonTool {
    return { type: 'function', function: { name: this.name, parameters: { type: 'object' } } };
  }
  run(): string {
    return this.answer;
  }
}

afterEach(() => {
  setLogger(null);
  setHookDispatcher(null);
});

describe('generateFromContext', () => {
  it('gives the thunk at once and a context with action and thunk; the given one stays as it is (4.2)', async () => {
    const { source, text, push } = pushSource();
    const backend = new FunctionBackend((call) => source(call.signal));
    const past = ctx.add(new CBlock('past'));
    const [thunk, after] = await backend.generateFromContext('now', past, { modelOptions: { stream: true } });
    expect([thunk.isComputed(), thunk.settled, thunk.generateType]).toEqual([false, false, 'async']);
    expect(after.asList().map(String)).toEqual(['past', 'now', '']);
    expect(after.lastOutput()).toBe(thunk);
    expect(past.asList()).toHaveLength(1);
    text('hi');
    push({ type: 'finish', reason: 'length' });
    expect(await thunk.avalue()).toBe('hi');
    expect(backend.calls[0]?.view.map(String)).toEqual(['past']);
    const { streaming, finishReason, provider, model, ttfbMs } = thunk.generation;
    expect([streaming, finishReason, provider, model]).toEqual([true, 'length', 'test', 'test-1']);
    expect(ttfbMs).toBeGreaterThanOrEqual(0);
  });

  it('tells the time to the first output in streaming generations only (2.11)', async () => {
    const [thunk] = await new FunctionBackend().generateFromContext('x', ctx);
    await thunk.avalue();
    expect([thunk.generation.streaming, thunk.generation.ttfbMs]).toEqual([false, null]);
  });

  it('collects every kind of event', async () => {
    async function* source(): AsyncGenerator<GenerationEvent> {
      yield { type: 'prompt', prompt: 'the prompt' };
      yield { type: 'thinking', text: 'hm' };
      yield { type: 'thinking', text: 'm' };
      yield { type: 'text', text: '' };
      yield { type: 'text', text: 'a' };
      yield { type: 'logprobs', logprobs: [{ token: 'a', logprob: -1 }] };
      yield { type: 'logprobs', logprobs: [{ token: 'b', logprob: -2 }] };
      yield { type: 'metadata', model: 'test-1-0613', responseId: 'r1' };
      yield { type: 'warning', warning: { kind: 'changed', option: 'topK', message: 'rounded' } };
      yield { type: 'usage', usage: { promptTokens: 1, completionTokens: 1, totalTokens: 2 } };
      yield { type: 'finish', reason: 'stop' };
    }
    const [thunk] = await new FunctionBackend(source).generateFromContext('x', ctx);
    expect(await collect(thunk)).toEqual(['a']);
    expect(thunk.thinking).toBe('hmm');
    expect(thunk.generation).toMatchObject({
      model: 'test-1-0613',
      responseId: 'r1',
      usage: { totalTokens: 2 },
    });
    expect(thunk.generation.logprobs).toHaveLength(2);
    expect(thunk.generation.warnings).toEqual([{ kind: 'changed', option: 'topK', message: 'rounded' }]);
    expect(thunk.generateLog).toMatchObject({ prompt: 'the prompt', modelOutput: 'a', backend: 'test' });
    expect(JSON.parse(JSON.stringify(thunk))).toMatchObject({ value: 'a', thinking: 'hmm' });
    const log = JSON.parse(JSON.stringify(thunk.generateLog));
    expect(log).toMatchObject({ prompt: 'the prompt', action: 'x', result: { value: 'a' } });
  });

  it('bad input is refused before anything runs, and names what it got', async () => {
    const backend = new FunctionBackend();
    const cases: [Promise<unknown>, RegExp][] = [
      [
        backend.generateFromContext(7 as unknown as string, ctx),
        /Expected text, a CBlock or a component, got number 7/,
      ],
      [
        backend.generateFromContext('x', {} as PlainContext),
        /ctx must be a Context, got an object of class Object/,
      ],
      [
        backend.generateFromContext('x', ctx, { modelOptions: { temperature: 'hot' as unknown as number } }),
        /modelOptions\.temperature must be a number from 0 up, got string "hot"/,
      ],
      [
        backend.generateFromContext('x', ctx, { modelOptions: { maxNewTokens: 0 } }),
        /maxNewTokens must be a whole number/,
      ],
      [
        backend.generateFromContext('x', ctx, { modelOptions: { stop: [''] } }),
        /stop must be an array of non-empty/,
      ],
      [backend.generateFromContext('x', ctx, { format: 'json' as never }), /format must be a schema/],
      [
        backend.generateFromContext('x', ctx, { signal: {} as never }),
        /signal must be an AbortSignal, got an object/,
      ],
    ];
    for (const [promise, message] of cases) {
      const error = await failureOf(promise);
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(message);
    }
    expect(backend.calls).toHaveLength(0);
  });

  it('a context without a view is refused before any request (3.1)', async () => {
    class Closed extends PlainContext {
      override viewForGeneration(): Part[] | null {
        return null;
      }
    }
    const backend = new FunctionBackend();
    const error = await failureOf(backend.generateFromContext('x', new Closed()));
    expect([InvalidRequestError.is(error), backend.calls.length]).toEqual([true, 0]);
  });

  it('a signal that is aborted already rejects before any request; a later one fails the thunk (4.6)', async () => {
    const backend = new FunctionBackend((call) => pushSource().source(call.signal));
    const error = await failureOf(
      backend.generateFromContext('x', ctx, { signal: AbortSignal.abort('why') }),
    );
    expect([GenerationCancelledError.is(error), error.cause, backend.calls.length]).toEqual([true, 'why', 0]);
    const controller = new AbortController();
    const [thunk] = await backend.generateFromContext('x', ctx, { signal: controller.signal });
    controller.abort();
    expect(GenerationCancelledError.is(await failureOf(thunk.avalue()))).toBe(true);
  });
});

describe('options', () => {
  it('have the names of the reference', () => {
    expect(Object.keys(ModelOption)).toHaveLength(18);
    const { STREAM, MAX_NEW_TOKENS, TOP_P, PROVIDER_OPTIONS } = ModelOption;
    expect([STREAM, MAX_NEW_TOKENS, TOP_P, PROVIDER_OPTIONS]).toEqual([
      'stream',
      'maxNewTokens',
      'topP',
      'providerOptions',
    ]);
  });

  it('per call win key by key, undefined means not given, providers options are merged by provider (4.5)', async () => {
    const providerOptions = { test: { a: 1, b: 1 }, other: { c: 1 } };
    const backend = new CapableBackend(undefined, { temperature: 1, seed: 5, providerOptions });
    const own = { temperature: 0, seed: undefined, providerOptions: { test: { b: 2 } } };
    const [thunk] = await backend.generateFromContext('x', ctx, { modelOptions: own });
    await thunk.avalue();
    expect(backend.calls[0]?.modelOptions).toEqual({
      temperature: 0,
      seed: 5,
      providerOptions: { test: { a: 1, b: 2 }, other: { c: 1 } },
    });
    expect(backend.modelOptions).toEqual({ temperature: 1, seed: 5, providerOptions });
  });

  it('what is unknown or not honoured is a warning on the result, and goes to the logger once', async () => {
    const logged: string[] = [];
    const log = (message: string): unknown => logged.push(message);
    setLogger({ debug: log, info: log, warn: log, error: log });
    const backend = new FunctionBackend();
    const modelOptions = { seed: 1, max_tokens: 3 } as ModelOptions;
    const [first] = await backend.generateFromContext('x', ctx, { modelOptions, toolCalls: true });
    const [second] = await backend.generateFromContext('x', ctx, { modelOptions });
    await Promise.all([first.avalue(), second.avalue()]);
    expect(first.generation.warnings.map((one) => one.option)).toEqual(['seed', 'max_tokens', 'toolCalls']);
    expect(second.generation.warnings.map((one) => one.option)).toEqual(['seed', 'max_tokens']);
    expect(logged).toHaveLength(3);
  });
});

describe('formats', () => {
  const city = z.object({ city: z.string(), people: z.number().default(0) });

  it('parsedRepr is validated by the schema and typed from it (2.10)', async () => {
    const backend = new CapableBackend(() => events('{"city":', '"Rome"}'));
    const [thunk] = await backend.generateFromContext('x', ctx, { format: city });
    await thunk.avalue();
    const name: string | undefined = thunk.parsedRepr?.city;
    expect([name, thunk.parsedRepr]).toEqual(['Rome', { city: 'Rome', people: 0 }]);
    expect(backend.calls[0]?.format?.schema).toMatchObject({
      type: 'object',
      properties: { city: { type: 'string' } },
    });
  });

  it('plain JSON Schema is parsed, named or not', async () => {
    const backend = new CapableBackend(() => events('[1]'));
    for (const format of [
      { type: 'array', title: 'Ones' },
      { name: 'Ones', schema: { type: 'array' } },
    ]) {
      const [thunk] = await backend.generateFromContext('x', ctx, { format });
      await thunk.avalue();
      expect([thunk.parsedRepr, backend.calls.at(-1)?.format?.name]).toEqual([[1], 'Ones']);
      expect(resolveFormat(format)).toMatchObject({ name: 'Ones', schema: { type: 'array' } });
    }
  });

  it('an output that is no JSON or does not fit fails with ComponentParseError, and the text is kept', async () => {
    for (const [text, message] of [
      ['{"city":', /^format "response": the output could not be read: .*JSON/],
      ['{"city":7}', /^format "response": city: /],
    ] as const) {
      const [thunk] = await new CapableBackend(() => events(text)).generateFromContext('x', ctx, {
        format: city,
      });
      const error = await failureOf(thunk.avalue());
      expect(ComponentParseError.is(error)).toBe(true);
      expect(error.message).toMatch(message);
      expect([thunk.partialValue, thunk.isComputed()]).toEqual([text, false]);
    }
  });

  it('a schema that cannot give JSON Schema is refused with what to do', async () => {
    const old = { '~standard': { version: 1, vendor: 'old', validate: () => ({ value: 1 }) } };
    const error = await failureOf(new CapableBackend().generateFromContext('x', ctx, { format: old }));
    expect(error.message).toMatch(/this old schema cannot give JSON Schema.*zod 4\.2/);
  });

  it('an answer that only calls tools has nothing to parse', async () => {
    async function* source(): AsyncGenerator<GenerationEvent> {
      yield { type: 'tool_call', name: 'now', args: {} };
      yield { type: 'finish', reason: 'tool_calls' };
    }
    const [thunk] = await new CapableBackend(source).generateFromContext('x', ctx, { format: city });
    expect(await thunk.avalue()).toBe('');
    expect(thunk.toolCalls).toHaveLength(1);
  });
});

describe('components', () => {
  class Count extends Component<number> {
    parts(): readonly Part[] {
      return [];
    }
    formatForLlm(): string {
      return 'count';
    }
    parseOutput(computed: ModelOutputThunk): number {
      if (computed.value === 'bad') throw new RangeError('no number');
      return computed.value === 'none' ? (null as unknown as number) : Number(computed.value);
    }
  }

  it('parsedRepr is what the component reads, with its type', async () => {
    const [thunk] = await new FunctionBackend(() => events('4', '2')).generateFromContext(new Count(), ctx);
    await thunk.avalue();
    const parsed: number | null = thunk.parsedRepr;
    expect(parsed).toBe(42);
  });

  it.each([['bad'], ['none']])('a parse that fails or gives nothing fails the thunk: %s', async (text) => {
    const [thunk] = await new FunctionBackend(() => events(text)).generateFromContext(new Count(), ctx);
    const error = await failureOf(thunk.avalue());
    expect(ComponentParseError.is(error)).toBe(true);
    if (text === 'bad') expect(error.cause).toBeInstanceOf(RangeError);
    expect(thunk.partialValue).toBe(text);
  });

  it('thunks in the view and the action are awaited before the author is called (3.2, 4.1)', async () => {
    const slow = pushSource();
    const part = thunkFromEvents(slow.source);
    const seen = thunkFromEvents(() => events('seen'));
    const backend = new FunctionBackend((call) => events(String((call.action as Group).formatForLlm())));
    const [thunk] = await backend.generateFromContext(new Group([part, seen]), ctx.add(seen));
    await drain();
    expect(backend.calls).toHaveLength(0);
    slow.text('slow ');
    slow.push({ type: 'finish', reason: 'stop' });
    expect(await thunk.avalue()).toBe('slow seen');
    expect([part.isComputed(), seen.isComputed()]).toEqual([true, true]);
  });

  it('a failing part fails the thunk with the same error; a cancel does not wait for a part (2.5, 2.7)', async () => {
    const failing = thunkFromEvents(async function* () {
      yield* [];
      throw new Error('part failed');
    });
    const backend = new FunctionBackend();
    const [thunk] = await backend.generateFromContext(new Group([failing]), ctx);
    expect(await failureOf(thunk.avalue())).toBe(await failureOf(failing.avalue()));
    const never = thunkFromEvents(pushSource().source);
    const [waiting] = await backend.generateFromContext(new Group([never]), ctx);
    await waiting.cancelGeneration();
    expect([waiting.cancelled, waiting.value, never.settled, backend.calls.length]).toEqual([
      true,
      '',
      false,
      0,
    ]);
    await never.cancelGeneration();
  });
});

describe('tools', () => {
  const shown = (tool: AbstractTool): Group =>
    Object.assign(new Group([]), {
      formatForLlm: () => ({ obj: null, args: {}, tools: { [tool.name]: tool } }),
    });

  it('come from the options, the context and the action, which wins; and only when asked for (4.1)', async () => {
    async function* source(): AsyncGenerator<GenerationEvent> {
      yield { type: 'tool_call', id: 'c1', name: 'who', args: {} };
      yield { type: 'tool_call', name: 'nobody', args: { a: 1 } };
      yield { type: 'finish', reason: 'tool_calls' };
    }
    const backend = new CapableBackend(source);
    const tools = [new NamedTool('who', 'options'), new NamedTool('only', 'options')];
    const past = ctx.add(shown(new NamedTool('who', 'context')));
    const action = shown(new NamedTool('who', 'action'));
    const [without] = await backend.generateFromContext(action, past, { modelOptions: { tools } });
    await without.avalue();
    expect(backend.calls[0]?.tools.size).toBe(0);
    const [thunk] = await backend.generateFromContext(action, past, {
      modelOptions: { tools },
      toolCalls: true,
    });
    await thunk.avalue();
    expect([...(backend.calls[1]?.tools.keys() ?? [])]).toEqual(['who', 'only']);
    expect(await thunk.toolCalls?.[0]?.callFunc()).toBe('action');
    await expect(thunk.toolCalls?.[1]?.callFunc()).rejects.toThrow('"nobody", which was not offered');
    expect(JSON.parse(JSON.stringify(thunk)).toolCalls[0]).toEqual({ id: 'c1', name: 'who', args: {} });
  });
});

describe('errors', () => {
  it('a foreign error becomes a BackendError without secrets, with a scrubbed cause (4.6, 4.7)', async () => {
    const foreign = Object.assign(
      new Error('key sk-abc123456789 and hunter22 and Bearer tok.en.value refused'),
      {
        status: 401,
        code: 'nope',
        config: { headers: { authorization: 'Bearer secret-value' } },
      },
    );
    const backend = new CapableBackend(async function* () {
      yield* [];
      throw foreign;
    });
    const [thunk] = await backend.generateFromContext('x', ctx);
    const error = (await failureOf(thunk.avalue())) as BackendError;
    expect([error.code, error.provider, error.model, error.status]).toEqual([
      'backend',
      'test',
      'test-1',
      401,
    ]);
    expect(error.cause).not.toBe(foreign);
    expect(error.cause).toMatchObject({ status: 401, code: 'nope' });
    const shown = JSON.stringify(error) + String(error.stack) + JSON.stringify(error.cause) + error.message;
    for (const secret of ['abc123456789', 'hunter22', 'tok.en.value', 'secret-value'])
      expect(shown).not.toContain(secret);
  });

  it('an error of the family passes as it is', async () => {
    const own = new RateLimitError('slow down', { provider: 'test', model: 'm', retryAfterMs: 100 });
    const [thunk] = await new FunctionBackend(async function* () {
      yield* [];
      throw own;
    }).generateFromContext('x', ctx);
    expect(await failureOf(thunk.avalue())).toBe(own);
    expect([own.retryable, own.retryAfterMs, own.code, own.name]).toEqual([
      true,
      100,
      'rate_limit',
      'RateLimitError',
    ]);
  });
});

describe('generateFromRaw', () => {
  it('one computed thunk per action, in order; an empty list makes no call (4.3)', async () => {
    const backend = new FunctionBackend();
    const thunks = await backend.generateFromRaw(['a', new CBlock('b')], ctx);
    expect(thunks.map((one) => one.value)).toEqual(['raw a', 'raw b']);
    expect(
      thunks.every((one) => one instanceof ComputedModelOutputThunk && one.parsedRepr === one.value),
    ).toBe(true);
    backend.raw = async () => {
      throw new Error('must not be called');
    };
    expect(await backend.generateFromRaw([], ctx)).toEqual([]);
  });

  it('keeps every outcome when one fails; a missing item is an error too', async () => {
    const backend = new FunctionBackend();
    backend.raw = (call) =>
      batchUnderLimit(call, { provider: 'test', model: 'm' }, async (_, index) => {
        if (index === 1) throw new Error('second');
        return { text: `t${index}`, finishReason: 'stop' };
      }) as Promise<never[]>;
    const error = (await failureOf(backend.generateFromRaw(['a', 'b', 'c'], ctx))) as BatchGenerationError;
    expect(BatchGenerationError.is(error)).toBe(true);
    const [first, second, third] = error.results as [ModelOutputThunk, BackendError, ModelOutputThunk];
    expect([first.value, BackendError.is(second), third.value]).toEqual(['t0', true, 't2']);
    expect(error.cause).toBe(second);
    backend.raw = async () => [{ text: 'only one', finishReason: 'stop' }];
    const missing = (await failureOf(backend.generateFromRaw(['a', 'b'], ctx))) as BatchGenerationError;
    expect((missing.results[1] as BackendError).code).toBe('malformed_response');
  });

  it('runs at most maxConcurrency at once and gives results in order', async () => {
    let running = 0;
    let most = 0;
    const backend = new FunctionBackend();
    backend.raw = (call) =>
      batchUnderLimit(
        { ...call, maxConcurrency: 3 },
        { provider: 'test', model: 'm' },
        async (action, index) => {
          most = Math.max(most, ++running);
          for (let i = 0; i < 10 - index; i++) await Promise.resolve();
          running -= 1;
          return { text: String(action), finishReason: 'stop' };
        },
      ) as Promise<never[]>;
    const letters = [...'abcdefgh'];
    const thunks = await backend.generateFromRaw(letters, ctx);
    expect([thunks.map((one) => one.value), most]).toEqual([letters, 3]);
  });

  it('an abort fills what is missing with GenerationCancelledError, also when the author is deaf', async () => {
    const controller = new AbortController();
    const backend = new FunctionBackend();
    backend.raw = (call) =>
      batchUnderLimit({ ...call, maxConcurrency: 1 }, { provider: 'test', model: 'm' }, async () => {
        controller.abort();
        return { text: 'in time', finishReason: 'stop' };
      }) as Promise<never[]>;
    const error = (await failureOf(
      backend.generateFromRaw(['a', 'b', 'c'], ctx, { signal: controller.signal }),
    )) as BatchGenerationError;
    expect((error.results[0] as ModelOutputThunk).value).toBe('in time');
    expect(error.results.slice(1).every((one) => GenerationCancelledError.is(one))).toBe(true);
    const open = new AbortController();
    backend.raw = (call) =>
      batchUnderLimit(call, { provider: 'test', model: 'm' }, async () => {
        open.abort();
        throw new Error('the connection was closed under it');
      }) as Promise<never[]>;
    const closed = await failureOf(backend.generateFromRaw(['a'], ctx, { signal: open.signal }));
    expect(GenerationCancelledError.is((closed as BatchGenerationError).results[0])).toBe(true);
    const deaf = new AbortController();
    backend.raw = () => new Promise(() => undefined);
    const hung = failureOf(backend.generateFromRaw(['a'], ctx, { signal: deaf.signal }));
    deaf.abort();
    expect(GenerationCancelledError.is(((await hung) as BatchGenerationError).results[0])).toBe(true);
  });

  it('a format that the wire cannot honour is a warning, not an error', async () => {
    const backend = new FunctionBackend();
    const [thunk] = await backend.generateFromRaw(['a'], ctx, { format: z.object({ a: z.string() }) });
    expect([thunk?.value, thunk?.generation.warnings[0]?.option]).toEqual(['raw a', 'format']);
  });

  it('a format that the wire honours in chats only is no error either', async () => {
    const backend = new CapableBackend();
    const format = z.object({ a: z.string() });
    const answer = { text: 'no', finishReason: 'stop' } as const;
    backend.raw = async () => [{ ...answer, constrained: false }];
    const [thunk] = await backend.generateFromRaw(['a'], ctx, { format });
    expect([thunk?.value, thunk?.parsedRepr]).toEqual(['no', 'no']);
    backend.raw = async () => [answer];
    expect(BatchGenerationError.is(await failureOf(backend.generateFromRaw(['a'], ctx, { format })))).toBe(
      true,
    );
  });

  it('a backend without raw generation says so', async () => {
    const backend = new CapableBackend();
    Object.assign(backend, { capabilities: { ...backend.capabilities, raw: false } });
    expect(UnsupportedFeatureError.is(await failureOf(backend.generateFromRaw(['a'], ctx)))).toBe(true);
  });
});

describe('hooks (7): pre, then exactly one of post and error', () => {
  function listen(
    dispatch: (type: string, payload: unknown) => unknown = () => undefined,
  ): [string, never][] {
    const told: [string, never][] = [];
    const scope: HookScope = {
      has: () => true,
      dispatch: async (type, payload) => {
        told.push([type, payload as never]);
        return ((await dispatch(type, payload)) ?? payload) as never;
      },
    };
    setHookDispatcher({ capture: () => scope });
    return told;
  }
  const names = (told: [string, never][]): string[] => told.map(([name]) => name);

  it('with nobody listening nothing is dispatched, and the seam is read once per call', async () => {
    let reads = 0;
    setHookDispatcher({
      capture: () => {
        reads += 1;
        return null;
      },
    });
    const [thunk] = await new FunctionBackend().generateFromContext('x', ctx);
    await thunk.avalue();
    expect(reads).toBe(1);
  });

  it('success, failure, cancel, abort: one id, and a computed copy', async () => {
    const told = listen();
    const run = async (
      source: ConstructorParameters<typeof FunctionBackend>[0],
    ): Promise<ModelOutputThunk> => {
      told.length = 0;
      const [thunk] = await new FunctionBackend(source).generateFromContext('x', ctx);
      return thunk;
    };
    await (await run(() => events('ok'))).avalue();
    expect(names(told)).toEqual(['generation_pre_call', 'generation_post_call']);
    const [pre, post] = told.map(([, payload]) => payload) as {
      generationId: string;
      modelOutput?: ModelOutputThunk;
    }[];
    expect(pre?.generationId).toBe(post?.generationId);
    expect(post?.modelOutput?.value).toBe('ok');
    await failureOf((await run(() => pushThrow())).avalue());
    expect(names(told)).toEqual(['generation_pre_call', 'generation_error']);
    await (await run((call) => pushSource().source(call.signal))).cancelGeneration();
    expect(names(told)).toEqual(['generation_pre_call', 'generation_error']);
    const [, payload] = told[1] as unknown as [string, { exception: Error }];
    expect(GenerationCancelledError.is(payload.exception)).toBe(true);
  });

  async function* pushThrow(): AsyncGenerator<GenerationEvent> {
    yield { type: 'text', text: 'a' };
    throw new Error('mid');
  }

  it('pre may change options, format and tools; a bad change fails the call and is told', async () => {
    const told = listen((type, payload) =>
      type === 'generation_pre_call'
        ? { ...(payload as object), modelOptions: { temperature: 0.5 } }
        : undefined,
    );
    const backend = new FunctionBackend();
    const [thunk] = await backend.generateFromContext('x', ctx);
    await thunk.avalue();
    expect(backend.calls[0]?.modelOptions).toEqual({ temperature: 0.5 });
    const bad = listen((type, payload) =>
      type === 'generation_pre_call'
        ? { ...(payload as object), modelOptions: { temperature: -1 } }
        : undefined,
    );
    expect(await failureOf(backend.generateFromContext('x', ctx))).toBeInstanceOf(TypeError);
    expect([names(told).length, names(bad)]).toEqual([2, ['generation_pre_call', 'generation_error']]);
  });

  it('what a plugin throws in post fails the call; in error it goes to the logger', async () => {
    const logged: string[] = [];
    const log = (message: string): unknown => logged.push(message);
    setLogger({ debug: log, info: log, warn: log, error: log });
    const told = listen((type) => {
      if (type !== 'generation_pre_call') throw new Error('plugin broke');
    });
    const [good] = await new FunctionBackend().generateFromContext('x', ctx);
    expect((await failureOf(good.avalue())).message).toBe('plugin broke');
    expect(names(told)).toEqual(['generation_pre_call', 'generation_post_call']);
    const [bad] = await new FunctionBackend(() => pushThrow()).generateFromContext('x', ctx);
    expect((await failureOf(bad.avalue())).message).toContain('mid');
    expect(logged).toEqual(['A plugin failed in generation_error.']);
  });

  it('raw batches have hooks of their own, with the summed usage', async () => {
    const told = listen();
    const backend = new FunctionBackend();
    const usage = { promptTokens: 1, completionTokens: 2, totalTokens: 3 };
    backend.raw = async (call) => call.actions.map(() => ({ text: 't', finishReason: 'stop', usage }));
    await backend.generateFromRaw(['a', 'b'], ctx);
    backend.raw = async () => [];
    await failureOf(backend.generateFromRaw(['a'], ctx));
    const batch = 'generation_batch';
    expect(names(told)).toEqual([
      `${batch}_pre_call`,
      `${batch}_post_call`,
      `${batch}_pre_call`,
      `${batch}_error`,
    ]);
    const [, summed] = told[1] as unknown as [string, { usage: unknown }];
    expect(summed.usage).toEqual({
      promptTokens: 2,
      completionTokens: 4,
      totalTokens: 6,
    });
  });
});
