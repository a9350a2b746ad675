import { describe, expect, it, vi } from 'vitest';
import * as first from '../src/index.js';
import { FunctionBackend, failureOf, PlainContext } from './support/doubles.js';

vi.resetModules();
const second = (await import('../src/index.js')) as typeof first;
const secondImplement = await import('../src/implement/index.js');

describe('two copies of core in one process (1.1)', () => {
  it('are really two', () => {
    expect(second.CBlock).not.toBe(first.CBlock);
  });

  it('know each others blocks, thunks, components and errors', () => {
    expect(first.isCBlock(new second.CBlock('x'))).toBe(true);
    expect(first.isModelOutputThunk(new second.ModelOutputThunk('x'))).toBe(true);
    expect(first.isModelOutputThunk(new second.CBlock('x'))).toBe(false);
    expect(new second.ModelOutputThunk('x') instanceof first.ComputedModelOutputThunk).toBe(true);
    const rate = new second.RateLimitError('x', { provider: 'p', model: 'm' });
    expect(rate instanceof first.RateLimitError).toBe(false);
    expect([
      first.RateLimitError.is(rate),
      first.BackendError.is(rate),
      first.MelliflowError.is(rate),
    ]).toEqual([true, true, true]);
    expect([
      first.QuotaError.is(rate),
      first.RateLimitError.is(new Error('x')),
      first.RateLimitError.is(null),
    ]).toEqual([false, false, false]);
  });

  it('a backend of one generates from a context with thunks of the other', async () => {
    const thunk = secondImplement.thunkFromEvents(async function* () {
      yield { type: 'text', text: 'from the other copy' };
      yield { type: 'finish', reason: 'stop' };
    });
    const backend = new FunctionBackend(async function* (call) {
      yield { type: 'text', text: `${call.view[0]}, ${call.action}` };
      yield { type: 'finish', reason: 'stop' };
    });
    const ctx = new PlainContext().add(thunk as unknown as first.CBlock);
    const [answer, after] = await backend.generateFromContext(
      new second.CBlock('asked') as unknown as first.CBlock,
      ctx,
    );
    expect(await answer.avalue()).toBe('from the other copy, asked');
    expect(new second.Requirement('r').parts()).toEqual([]);
    const verdict = await new second.Requirement(null, {
      validationFn: (c) => c.lastOutput()?.value !== '',
    }).validate(backend as never, after as never);
    expect(verdict.asBool()).toBe(true);
  });

  it('an error of the other copy passes through a backend as it is', async () => {
    const own = new second.ContextLengthError('too long', { provider: 'p', model: 'm' });
    const [thunk] = await new FunctionBackend(async function* () {
      yield* [];
      throw own;
    }).generateFromContext('x', new PlainContext());
    expect(await failureOf(thunk.avalue())).toBe(own);
  });

  it('share one logger', async () => {
    const said: string[] = [];
    const log = (message: string): unknown => said.push(message);
    second.setLogger({ debug: log, info: log, warn: log, error: log });
    const [thunk] = await new FunctionBackend().generateFromContext('x', new PlainContext(), {
      modelOptions: { seed: 1 },
    });
    await thunk.avalue();
    second.setLogger(null);
    expect(said).toEqual(['The backend does not honour seed.']);
  });
});
