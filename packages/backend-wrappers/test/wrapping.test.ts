import {
  CBlock,
  type ChatMessage,
  type ContextCall,
  type GenerationEvent,
  HookType,
  ServerError,
} from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, expect, it } from 'vitest';
import { cache, fallback, rateLimit, redact, WrappingBackend } from '../src/index.js';
import { ask, begin, context, drain, stream } from './support/ask.js';
import { GatedBackend } from './support/gated-backend.js';
import { watchTimers } from './support/pending-timers.js';

afterEach(() => setHookDispatcher(null));

/** A wrapper as others write it: it changes what is sent, and says so. */
class Polite extends WrappingBackend {
  override _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    return super._generateFromContext(this.#polite(call));
  }

  override _promptOf(call: ContextCall): ChatMessage[] {
    return super._promptOf(this.#polite(call));
  }

  #polite(call: ContextCall): ContextCall {
    return { ...call, view: [new CBlock('Be polite.'), ...call.view] };
  }
}

it('shows what the inner one is and can', () => {
  const inner = new ScriptedBackend([{}], {
    modelId: 'm',
    modelOptions: { seed: 1 },
    capabilities: { images: true },
  });
  const outer = new WrappingBackend(new WrappingBackend(inner));
  for (const name of [
    'provider',
    'modelId',
    'capabilities',
    'modelOptions',
    'formatter',
    'maxConcurrency',
  ] as const)
    expect(outer[name]).toBe(inner[name]);
});

it('lets a subclass change what is sent, which caches further out then know', async () => {
  const inner = new ScriptedBackend([{ deltas: ['Please.'] }]);
  const backend = cache(new Polite(inner));
  await ask(backend);
  const again = await ask(backend);
  expect(inner.calls.map(({ prompt }) => prompt)).toEqual(['Be polite.\n\nGo.']);
  expect(JSON.stringify(again.generateLog?.prompt)).toContain('Be polite.');
});

it('tells hooks once, of the outermost, however many wrappers there are', async () => {
  const seen: string[] = [];
  setHookDispatcher({
    capture: (backend) => ({
      has: () => true,
      dispatch: async (type, payload) => {
        seen.push(`${type} of ${backend?.constructor.name}`);
        return payload;
      },
    }),
  });
  const down = new ScriptedBackend([
    { error: new ServerError('down', { provider: 'scripted', model: 'scripted' }) },
  ]);
  const up = new ScriptedBackend([{ deltas: ['ok'] }]);
  const backend = cache(redact(rateLimit(fallback([down, up]), { concurrency: 1 }), { patterns: ['x'] }));
  await ask(backend);
  await backend.generateFromRaw(['raw'], context);
  expect(seen).toEqual(
    [
      HookType.GENERATION_PRE_CALL,
      HookType.GENERATION_POST_CALL,
      HookType.GENERATION_BATCH_PRE_CALL,
      HookType.GENERATION_BATCH_POST_CALL,
    ].map((type) => `${type} of CachingBackend`),
  );
});

it('closes the innermost source on a cancel and a disposal, and leaves no timer', async () => {
  const timers = watchTimers();
  const inner = new GatedBackend([{ deltas: ['one ', 'two'] }]);
  const backend = redact(
    cache(fallback([rateLimit(inner, { requestsPerMinute: 100, tokensPerMinute: 1e6, concurrency: 2 })])),
    { patterns: ['x'] },
  );
  const first = await begin(backend, 'a', stream);
  await first[Symbol.asyncIterator]().next();
  await first.cancelGeneration();
  expect([first.value, inner.closed]).toEqual(['one ', [true]]);
  const second = await begin(backend, 'b', stream);
  await second[Symbol.asyncIterator]().next();
  await second[Symbol.asyncDispose]();
  await drain();
  expect([inner.closed, timers.pending()]).toEqual([[true, true], 0]);
  timers.stop();
});

it('frees what the innermost holds', async () => {
  let freed = 0;
  class Held extends ScriptedBackend {
    async [Symbol.asyncDispose](): Promise<void> {
      freed += 1;
    }
  }
  {
    await using _ = redact(cache(rateLimit(new Held([{}]), { concurrency: 1 })), { patterns: ['x'] });
  }
  await new WrappingBackend(new ScriptedBackend([{}]))[Symbol.asyncDispose]();
  expect(freed).toBe(1);
});

it('takes backends only', () => {
  expect(() => new WrappingBackend({} as never)).toThrow('WrappingBackend: inner must be a backend');
});
