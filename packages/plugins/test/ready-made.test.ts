import {
  type ContextCall,
  type GenerationEvent,
  type HookContext,
  HookType,
  type ModelOutputThunk,
  PluginViolationError,
  RateLimitError,
  setLogger,
} from '@melliflow/core';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import {
  type CostInit,
  cost,
  hook,
  pluginScope,
  pluginScopeFor,
  requestLog,
  tokenBudget,
} from '../src/index.js';
import { failureOf, hearLogger, type Logged } from './support/listening.js';
import { PlainContext } from './support/plain-context.js';

const logged = hearLogger();
const ctx = new PlainContext();
const usage = { promptTokens: 30, completionTokens: 10, totalTokens: 40 };
const answer: ScriptedAnswer = { deltas: ['Hel', 'lo.'], usage };

async function ask(backend: ScriptedBackend, action = 'Go.'): Promise<ModelOutputThunk> {
  const [thunk] = await backend.generateFromContext(action, ctx);
  await thunk.avalue();
  return thunk;
}

describe('tokenBudget', () => {
  it('blocks the call after the one that spent it, and nothing is sent', async () => {
    const backend = new ScriptedBackend([answer]);
    const budget = tokenBudget({ maxTokens: 70 });
    await pluginScope(budget, async () => {
      await ask(backend);
      await ask(backend);
      const error = await failureOf(ask(backend));
      expect(PluginViolationError.is(error)).toBe(true);
      expect(error).toMatchObject({
        pluginName: 'tokenBudget',
        violationCode: 'token_budget',
        details: { maxTokens: 70, usedTokens: 80 },
      });
      expect(await failureOf(backend.generateFromRaw(['x'], ctx))).toMatchObject({
        code: 'plugin_violation',
      });
    });
    expect([budget.usedTokens, backend.calls.length]).toEqual([80, 2]);
    budget.reset();
    await pluginScope(budget, () => ask(backend));
    expect(budget.usedTokens).toBe(40);
  });

  it('counts batches, failed calls and those parts of failed batches that came', async () => {
    const budget = tokenBudget({ maxTokens: 1000 });
    await pluginScope(budget, async () => {
      await new ScriptedBackend([answer]).generateFromRaw(['1', '2'], ctx);
      await failureOf(ask(new ScriptedBackend([{ ...answer, error: new Error('x') }])));
      await failureOf(
        new ScriptedBackend([answer, { error: new Error('x') }]).generateFromRaw(['1', '2'], ctx),
      );
    });
    expect(budget.usedTokens).toBe(160);
    expect(logged).toEqual([]);
  });

  it('says when a provider tells no usage', async () => {
    const budget = tokenBudget({ maxTokens: 1, name: 'mine' });
    await pluginScope(budget, () => ask(new ScriptedBackend([{ deltas: ['x'] }])));
    expect(logged).toMatchObject([
      { level: 'warn', message: 'mine: scripted told no usage, it counts as 0.' },
    ]);
  });

  it('is shared by whom it is shared by: one request does not spend the budget of another', async () => {
    const backend = new ScriptedBackend([answer]);
    const budgets = [tokenBudget({ maxTokens: 50 }), tokenBudget({ maxTokens: 50 })];
    await Promise.all(budgets.map((budget) => pluginScope(budget, () => ask(backend))));
    expect(budgets.map(({ usedTokens }) => usedTokens)).toEqual([40, 40]);
  });

  it('does not count what came from a cache', async () => {
    const cached = { ...usage, details: { tokensFromCache: 40 } };
    const partly = {
      promptTokens: 60,
      completionTokens: 20,
      totalTokens: 80,
      details: { tokensFromCache: 40 },
    };
    const budget = tokenBudget({ maxTokens: 1000 });
    const meter = cost({ prices: { scripted: { inputPerMillion: 1e6, outputPerMillion: 1e6 } } });
    const backend = new ScriptedBackend([
      { ...answer, usage: cached },
      { ...answer, usage: partly },
    ]);
    await pluginScope([budget, meter], async () => {
      await ask(backend);
      expect([budget.usedTokens, meter.total]).toEqual([0, 0]);
      await ask(backend);
    });
    expect([budget.usedTokens, meter.total]).toEqual([40, 40]);
  });

  it('wants a positive number', () => {
    for (const maxTokens of [0, -1, Number.NaN, '5' as never, undefined as never])
      expect(() => tokenBudget({ maxTokens })).toThrow('maxTokens must be a positive number, got');
  });
});

describe('cost', () => {
  it('adds up what calls cost, by model', async () => {
    const told: number[] = [];
    const meter = cost({
      prices: { scripted: { inputPerMillion: 2, outputPerMillion: 8 }, other: () => 1 },
      onCost: (amount) => told.push(amount),
    });
    const other = new ScriptedBackend([answer], { modelId: 'other' });
    await pluginScope(meter, async () => {
      await ask(new ScriptedBackend([answer]));
      await ask(other);
      await other.generateFromRaw(['1', '2'], ctx);
    });
    const one = (30 * 2 + 10 * 8) / 1_000_000;
    expect([meter.total, [...meter.byModel]]).toEqual([
      one + 3,
      [
        ['scripted', one],
        ['other', 3],
      ],
    ]);
    expect(told).toEqual([one, 1, 1, 1]);
  });

  it('a price for one provider wins; a model without a price is told once', async () => {
    const meter = cost({ prices: { scripted: () => 1, 'scripted/scripted': () => 2 } });
    const unknown = new ScriptedBackend([answer], { modelId: 'constructor' });
    await pluginScope(meter, async () => {
      await ask(new ScriptedBackend([answer]));
      await ask(unknown);
      await ask(unknown);
    });
    expect(meter.total).toBe(2);
    expect(logged.map(({ message }) => message)).toEqual([
      'cost: no price for model constructor, it counts as 0.',
    ]);
  });

  it('is that of who answered, not of who was asked', async () => {
    // What a fallback gives: another provider and model, and a warning that says so.
    class Stepped extends ScriptedBackend {
      override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
        yield { type: 'warning', warning: { kind: 'other', option: 'fallback', message: 'm' } };
        yield { type: 'metadata', provider: 'local', model: 'small' };
        yield* super._generateFromContext(call);
      }
    }
    const large = (): number => 100;
    const spent = async (prices: CostInit['prices']): Promise<number> => {
      const meter = cost({ prices });
      await pluginScope(meter, () => ask(new Stepped([answer], { modelId: 'large' })));
      return meter.total;
    };
    expect(
      await spent({ large, 'scripted/large': large, 'scripted/small': large, 'local/small': () => 1 }),
    ).toBe(1);
    expect(await spent({ large, 'scripted/large': large, small: () => 2 })).toBe(2);
    expect(await spent({ large, 'scripted/large': large })).toBe(0);
    const lines: unknown[] = [];
    const note = (message: string): void => void lines.push(message);
    const logger = { debug: note, info: note, warn: note, error: note };
    await pluginScope(requestLog({ logger }), () => ask(new Stepped([answer], { modelId: 'large' })));
    expect(lines).toEqual(['local small: a context generation succeeded.']);
  });

  it('of a version that answered under its own name is that of the model that was asked', async () => {
    class Versioned extends ScriptedBackend {
      override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
        yield { type: 'metadata', model: 'scripted-2026-01-01' };
        yield* super._generateFromContext(call);
      }
    }
    const meter = cost({ prices: { scripted: () => 3 } });
    await pluginScope(meter, () => ask(new Versioned([answer])));
    expect(meter.total).toBe(3);
  });

  it('wants prices', () => {
    const prices = { m: { inputPerMillion: 1 } as never };
    expect(() => cost({ prices })).toThrow(
      "prices['m'] must be { inputPerMillion, outputPerMillion } or a function",
    );
  });
});

describe('requestLog', () => {
  const lines: Logged[] = [];
  const note = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void lines.push({ level, message, fields });
  const logger = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  const prompt = 'My key is sk-abcdefghijkl and my word is swordfish.';

  it('one line for each call: who, how long, how it ended; neither prompt nor output nor what an error says', async () => {
    lines.length = 0;
    const failing = new ScriptedBackend([
      {
        error: new RateLimitError(`slow down: ${prompt}`, { provider: 'scripted', model: 'm', status: 429 }),
      },
    ]);
    using scope = pluginScopeFor(requestLog({ logger }), { sessionId: 's' });
    await scope.run(() => ask(new ScriptedBackend([answer]), prompt));
    await failureOf(scope.run(() => ask(failing, prompt)));
    await scope.backend(new ScriptedBackend([answer])).generateFromRaw([prompt, prompt], ctx);
    expect(lines).toMatchObject([
      {
        level: 'info',
        message: 'scripted scripted: a context generation succeeded.',
        fields: { sessionId: 's', promptTokens: 30, completionTokens: 10, finishReason: 'stop' },
      },
      {
        level: 'warn',
        message: 'scripted scripted: a context generation failed with RateLimitError.',
        fields: { error: { name: 'RateLimitError', code: 'rate_limit', status: 429 } },
      },
      { level: 'info', fields: { kind: 'raw', promptTokens: 60, completionTokens: 20 } },
    ]);
    for (const words of ['swordfish', 'sk-abc', 'Hello']) expect(JSON.stringify(lines)).not.toContain(words);
    expect(new Set(lines.map(({ fields }) => fields?.generationId)).size).toBe(3);
  });

  it('with content: prompts and outputs, without what looks like a credential or is named as a secret', async () => {
    lines.length = 0;
    const log = requestLog({ logger, content: true, secrets: ['swordfish'] });
    await pluginScope(log, () => ask(new ScriptedBackend([{ deltas: ['swordfish, ', 'you said'] }]), prompt));
    expect(lines[0]?.fields).toMatchObject({
      prompt: '[{"role":"user","content":"My key is [redacted] and my word is [redacted]."}]',
      output: ['[redacted], you said'],
    });
  });

  it('with content: also what JSON would hide by its quotes, and no images', async () => {
    lines.length = 0;
    const secret = 'sword"fish\nand more';
    const log = requestLog({ logger, content: true, secrets: [secret] });
    await pluginScope(log, () =>
      ask(new ScriptedBackend([answer]), `${secret} {"api_key": "abcd1234"} password`),
    );
    expect(lines[0]?.fields?.prompt).toBe(
      JSON.stringify([{ role: 'user', content: '[redacted] {"api_key": "[redacted]"} password' }]),
    );
  });

  it('a logger that throws does not fail the call; without one of its own it uses that of setLogger', async () => {
    const throws = (): never => {
      throw new Error('disk full');
    };
    const broken = { debug: throws, info: throws, warn: throws, error: throws };
    const thunk = await pluginScope(requestLog({ logger: broken }), () => ask(new ScriptedBackend([answer])));
    expect(thunk.value).toBe('Hello.');
    expect(logged).toMatchObject([
      { level: 'error', message: "Plugin 'requestLog' failed in generation_post_call." },
    ]);
    setLogger(logger);
    lines.length = 0;
    await pluginScope(requestLog(), () => ask(new ScriptedBackend([answer])));
    expect(lines).toHaveLength(1);
  });
});

it('all of them together, nested in a session that is told of each', async () => {
  const contexts: HookContext[] = [];
  const budget = tokenBudget({ maxTokens: 100 });
  const meter = cost({ prices: { scripted: () => 1 } });
  using session = pluginScopeFor([budget, meter, requestLog()], { sessionId: 's' });
  const spy = hook(HookType.GENERATION_PRE_CALL, (_, context) => void contexts.push(context));
  await session.run(() => pluginScope(spy, () => ask(new ScriptedBackend([answer]))));
  expect([budget.usedTokens, meter.total, logged.length, contexts[0]?.sessionId]).toEqual([40, 1, 1, 's']);
  expect(Object.isFrozen(contexts[0])).toBe(true);
});
