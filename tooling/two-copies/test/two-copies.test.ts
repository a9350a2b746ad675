import type { Backend, GenerationErrorPayload, GenerationPreCallPayload } from '@melliflow/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { failureOf, pairs } from './copies.js';

beforeEach(() => {
  for (const [, ours] of pairs) ours.core.setLogger(null);
});

it('there are two', () => {
  const [[, ours, theirs]] = pairs as [(typeof pairs)[0]];
  for (const name of ['CBlock', 'ModelOutputThunk', 'Context', 'Backend', 'MelliflowError'] as const)
    expect(ours.core[name]).not.toBe(theirs.core[name]);
  expect(ours.plugins.register).not.toBe(theirs.plugins.register);
});

describe.each(pairs)('two copies: %s', (_, ours, theirs) => {
  const running = (text = 'from the other copy') =>
    theirs.implement.thunkFromEvents(async function* () {
      yield { type: 'text', text };
      yield { type: 'finish', reason: 'stop' };
    });

  const answering = (...texts: string[]) =>
    new theirs.testing.ScriptedBackend(texts.map((text) => ({ deltas: text.split(/(?<= )/) })));

  it('blocks, thunks, images and components are what they are', async () => {
    const thunk = running();
    expect(ours.core.isCBlock(new theirs.core.CBlock('x'))).toBe(true);
    expect(ours.core.isModelOutputThunk(thunk)).toBe(true);
    expect(ours.core.isComponent(new theirs.stdlib.Message('user', 'x'))).toBe(true);
    expect(ours.core.blockify(thunk)).toBe(thunk);
    expect(thunk instanceof ours.core.ComputedModelOutputThunk).toBe(false);
    await thunk.avalue();
    expect(thunk instanceof ours.core.ComputedModelOutputThunk).toBe(true);
    expect(new ours.core.ComputedModelOutputThunk(thunk)).toBe(thunk);
    const computed = theirs.core.ModelOutputThunk.computed('x');
    await ours.core.waitForAllMots([computed, running()]);
  });

  it('the walk finds the thunks of both, in components of both', () => {
    const [own, foreign] = [ours.implement.thunkFromEvents(async function* () {}), running()];
    const inner = new theirs.stdlib.SimpleComponent({ foreign, own });
    const outer = new ours.stdlib.SimpleComponent({ inner, again: foreign });
    expect(ours.core.generateWalk(outer)).toEqual([foreign, own]);
    own.avalue().catch(() => undefined);
  });

  it('a backend generates from a context of the other, which holds thunks and components of both', async () => {
    const ctx = new ours.stdlib.ChatContext()
      .add(new ours.stdlib.Message('user', 'ours'))
      .add(running('theirs, still running'))
      .add(ours.core.ModelOutputThunk.computed('ours, computed'));
    const formatter = new theirs.formatter.ChatFormatter();
    const backend = new theirs.testing.ScriptedBackend([{ deltas: ['ok'] }], { formatter });
    const [thunk, after] = await backend.generateFromContext(new ours.stdlib.Instruction('Go on.'), ctx);
    expect(await thunk.avalue()).toBe('ok');
    expect(backend.calls[0]?.prompt).toMatch(/ours.*theirs, still running.*ours, computed.*Go on\./s);
    expect(after instanceof ours.stdlib.ChatContext).toBe(true);
    expect(after.lastOutput()).toBe(thunk);
    expect(ctx.asList()).toHaveLength(3);
    const raws = await backend.generateFromRaw([new ours.core.CBlock('raw')], ctx);
    expect(raws[0] instanceof ours.core.ComputedModelOutputThunk).toBe(true);
  });

  it('a formatter prints the components of the other', () => {
    const formatter = new ours.formatter.ChatFormatter();
    const parts = [
      new theirs.stdlib.Message('system', 'Be kind.'),
      new theirs.stdlib.Instruction('Write to {{ who }}.', {
        userVariables: { who: 'Ann' },
        requirements: ['be short'],
      }),
      theirs.core.ModelOutputThunk.computed('Dear Ann'),
    ];
    const own = new theirs.formatter.ChatFormatter();
    expect(formatter.toChatMessages(parts)).toEqual(own.toChatMessages(parts));
    expect(formatter.toChatMessages(parts)[1]?.content).toContain('Write to Ann.');
  });

  it('errors are recognised, and pass through a backend of the other as they are', async () => {
    const init = { provider: 'p', model: 'm', retryAfterMs: 5 };
    const error = new theirs.core.RateLimitError('slow down', init);
    const backend = new ours.testing.ScriptedBackend([{ error }]);
    const [thunk] = await backend.generateFromContext('x', new theirs.stdlib.SimpleContext());
    const caught = await failureOf(thunk.avalue());
    expect(caught).toBe(error);
    expect(ours.core.RateLimitError.is(caught)).toBe(true);
    expect(ours.core.BackendError.is(caught)).toBe(true);
    expect(ours.core.MelliflowError.is(caught)).toBe(true);
    expect(ours.core.QuotaError.is(caught)).toBe(false);
    const batch = await failureOf(backend.generateFromRaw(['a'], new theirs.stdlib.SimpleContext()));
    expect(theirs.core.BatchGenerationError.is(batch)).toBe(true);
    const noSession = await failureOf((async () => theirs.stdlib.getSession())());
    expect(ours.core.MelliflowError.is(noSession)).toBe(true);
  });

  it('requirements judge by the backend of the other, and take its verdicts', async () => {
    const backend = answering('yes');
    const [thunk, ctx] = await answering('Good day.').generateFromContext('x', new ours.stdlib.ChatContext());
    await thunk.avalue();
    const judged = await new ours.core.Requirement('be polite').validate(backend, ctx);
    expect(judged.asBool()).toBe(true);
    const byFunction = new ours.core.Requirement(null, {
      validationFn: () => new theirs.core.ValidationResult(false, { reason: 'theirs' }),
    });
    const verdict = await byFunction.validate(backend, ctx);
    expect([verdict.asBool(), verdict.reason]).toEqual([false, 'theirs']);
    const all = await ours.stdlib.validateAll([theirs.stdlib.req('be polite'), byFunction], ctx, backend);
    expect(all.map(([, one]) => one.asBool())).toEqual([true, false]);
  });

  it('plugins of one hear, change and block what the backends of the other do', async () => {
    const heard: string[] = [];
    const { HookType } = ours.core;
    const watch = [
      ours.plugins.hook(HookType.GENERATION_PRE_CALL, (payload: GenerationPreCallPayload) => {
        heard.push('pre');
        return ours.plugins.modify(payload, { modelOptions: { ...payload.modelOptions, seed: 7 } });
      }),
      ours.plugins.hook(HookType.GENERATION_POST_CALL, ({ modelOutput }, { provider }) => {
        heard.push(`post ${provider}: ${modelOutput.value}`);
      }),
    ];
    const backend = answering('ok');
    const ask = async (one: Backend = backend) => {
      const [thunk] = await one.generateFromContext('x', new theirs.stdlib.SimpleContext());
      return thunk.avalue();
    };
    ours.plugins.register(watch);
    try {
      await ask();
    } finally {
      ours.plugins.unregister(watch);
    }
    expect(heard).toEqual(['pre', 'post scripted: ok']);
    expect(backend.calls[0]?.modelOptions.seed).toBe(7);

    await ours.plugins.pluginScope(watch, () => ask());
    expect(heard).toHaveLength(4);
    await ask();
    expect(heard).toHaveLength(4);

    const wall = ours.plugins.hook(HookType.GENERATION_PRE_CALL, () => ours.plugins.block('not today'));
    const errors: Error[] = [];
    const hearError = theirs.plugins.hook(HookType.GENERATION_ERROR, (payload: GenerationErrorPayload) => {
      errors.push(payload.exception);
    });
    const blocked = await failureOf(ours.plugins.pluginScope([wall, hearError], () => ask()));
    expect(theirs.core.PluginViolationError.is(blocked)).toBe(true);
    expect(errors).toEqual([blocked]);
  });

  it('plugins that both copies register at once hear the same call', async () => {
    const heard: string[] = [];
    const watch = (copy: typeof ours, name: string) =>
      copy.plugins.hook('generation_post_call', () => void heard.push(name));
    const [mine, yours] = [watch(ours, 'ours'), watch(theirs, 'theirs')];
    ours.plugins.register(mine);
    theirs.plugins.register(yours);
    try {
      const [thunk] = await answering('ok').generateFromContext('x', new ours.stdlib.SimpleContext());
      await thunk.avalue();
    } finally {
      ours.plugins.unregister(mine);
      theirs.plugins.unregister(yours);
    }
    expect(heard).toEqual(['ours', 'theirs']);
  });

  it('they log to one logger', async () => {
    const said: string[] = [];
    const log = (message: string): unknown => said.push(message);
    ours.core.setLogger({ debug: log, info: log, warn: log, error: log });
    const options = { modelOptions: { thinking: true } };
    const [thunk] = await answering('ok').generateFromContext('x', new ours.stdlib.SimpleContext(), options);
    await thunk.avalue();
    expect(said).toEqual(['The backend does not honour thinking.']);
  });

  it('streams are cut and checked with the backend, requirements and chunkers of the other', async () => {
    class NoRain extends theirs.core.Requirement {
      override streamValidate(chunk: string) {
        const found = chunk.includes('rain');
        return new theirs.core.PartialValidationResult(found ? 'fail' : 'pass', { reason: 'no rain' });
      }
    }
    const options = {
      requirements: [new NoRain('No rain.')],
      chunking: new theirs.streaming.SentenceChunker(),
    };
    const { streamWithChunking } = ours.streaming;
    const bad = answering('It is warm. There is rain. It is cold. ');
    const failed = await streamWithChunking('x', bad, new theirs.stdlib.SimpleContext(), options);
    await failed.acomplete();
    expect([failed.completed, failed.fullText.trim()]).toEqual([false, 'It is warm.']);
    expect(failed.streamingFailures[0]?.[1].reason).toBe('no rain');

    const mended = answering('There is rain.', 'It is warm.', 'yes');
    const again = { ...options, retry: { mode: 'restart', attempts: 2 } } as const;
    const stream = await streamWithChunking('x', mended, new theirs.stdlib.SimpleContext(), again);
    const texts: string[] = [];
    for await (const text of stream) texts.push(text);
    expect(texts).toEqual(['It is warm.']);
    expect(stream.asThunk instanceof theirs.core.ComputedModelOutputThunk).toBe(true);

    const endless = new theirs.testing.ScriptedBackend([{ deltas: ['It is warm. '], hangs: true }]);
    const cut = await streamWithChunking('x', endless, new theirs.stdlib.SimpleContext());
    await cut.cancel();
    expect([cut.completed, cut.thunk.settled, cut.thunk.cancelled]).toEqual([false, true, true]);
  });

  it('a session runs on the backend and the context of the other', async () => {
    const backend = answering('one', 'two', 'yes');
    const past = new theirs.stdlib.ChatContext({ windowSize: 9 });
    await using m = await ours.stdlib.startSession({ backend, ctx: past });
    expect((await m.chat('First?')).value).toBe('one');
    expect((await m.instruct('Second?', { requirements: [theirs.stdlib.check('be kind')] })).value).toBe(
      'two',
    );
    expect(backend.calls[1]?.prompt).toContain('one');
    expect(m.ctx.asList().map(ours.core.isModelOutputThunk)).toEqual([false, true, false, true]);
    expect(m.ctx instanceof theirs.stdlib.ChatContext).toBe(true);
  });

  it('calls on a SimpleContext of the other run in parallel, without a warning', async () => {
    const said: string[] = [];
    const log = (message: string): unknown => said.push(message);
    ours.core.setLogger({ debug: log, info: log, warn: log, error: log });
    const backend = new theirs.testing.ScriptedBackend([{ deltas: ['a'], hangs: true }, { deltas: ['b'] }]);
    await using m = await ours.stdlib.startSession({ backend, ctx: new theirs.stdlib.SimpleContext() });
    const hanging = await m.ainstruct('One.');
    expect((await m.instruct('Two.')).value).toBe('b');
    await hanging.cancelGeneration();
    expect(said).toEqual([]);
  });

  it('getSession finds the session of the other', async () => {
    await using m = await ours.stdlib.startSession({ backend: answering('ok') });
    expect(await m.run(async () => theirs.stdlib.getSession())).toBe(m);
  });

  it('strategies sample from the backend of the other', async () => {
    const strategy = new ours.stdlib.RejectionSamplingStrategy({ loopBudget: 3 });
    const requirements = [
      theirs.stdlib.check('be two', (ctx) => ctx.lastOutput()?.value === 'two'),
      new ours.core.Requirement(null, { validationFn: () => true }),
    ];
    const sampled = await strategy.sample(
      new theirs.stdlib.Instruction('Count.'),
      new theirs.stdlib.SimpleContext(),
      answering('one', 'two'),
      { requirements },
    );
    expect([sampled.success, sampled.resultIndex, sampled.result.value]).toEqual([true, 1, 'two']);
  });

  it('the model of one calls the tools of the other', async () => {
    const weather = theirs.stdlib.tool({
      name: 'weather',
      description: 'The weather.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      execute: ({ city }) => `warm in ${city}`,
    });
    const calls = [{ id: '1', name: 'weather', args: { city: 'Rome' } }];
    const backend = new ours.testing.ScriptedBackend([{ toolCalls: calls }]);
    const [thunk] = await backend.generateFromContext('x', new ours.stdlib.SimpleContext(), {
      toolCalls: true,
      modelOptions: { tools: [weather] },
    });
    await thunk.avalue();
    expect(await thunk.toolCalls?.[0]?.callFunc()).toBe('warm in Rome');
    const outcomes = await theirs.stdlib.callTools(thunk.toolCalls ?? [], { tools: [weather] });
    expect(outcomes.map(({ output }) => output)).toEqual(['warm in Rome']);
  });

  it('a schema and a component of the other read the answer', async () => {
    const format = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] } as const;
    await using m = await ours.stdlib.startSession({ backend: answering('{"n":1}') });
    expect((await m.instruct('Count.', { format })).parsedRepr).toEqual({ n: 1 });
    class Twice extends theirs.core.Component<number> {
      parts() {
        return [];
      }
      formatForLlm() {
        return 'Twice?';
      }
      parseOutput({ value }: { value: string | null }) {
        if (value === '?') throw new RangeError('no number');
        return Number(value) * 2;
      }
    }
    const ctx = new ours.stdlib.SimpleContext();
    const [thunk] = await new ours.testing.ScriptedBackend([{ deltas: ['4'] }]).generateFromContext(
      new Twice(),
      ctx,
    );
    await thunk.avalue();
    expect(thunk.parsedRepr).toBe(8);
    const [broken] = await new ours.testing.ScriptedBackend([{ deltas: ['?'] }]).generateFromContext(
      new Twice(),
      ctx,
    );
    const error = await failureOf(broken.avalue());
    expect(ours.core.ComponentParseError.is(error)).toBe(true);
    expect((error.cause as Error).message).toBe('no number');
  });
});
