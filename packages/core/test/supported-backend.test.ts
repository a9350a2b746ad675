import { describe, expect, it } from 'vitest';
import { type Lift, supportedBackend } from '../src/implement/index.js';
import { type Backend, Requirement, UnsupportedFeatureError } from '../src/index.js';
import { FunctionBackend, failureOf, PlainContext } from './support/doubles.js';

/** A backend that was made for another contract, on another core. */
function backendOf(contract: unknown, coreVersion = '9.1.0'): FunctionBackend {
  return Object.defineProperties(new FunctionBackend(), {
    contract: { value: contract },
    coreVersion: { value: coreVersion },
  });
}

function refusal(backend: Backend, lifts?: ReadonlyMap<unknown, Lift>): unknown {
  try {
    return supportedBackend(backend, lifts);
  } catch (error) {
    return error;
  }
}

describe('a backend that is handed over', () => {
  it('is itself when it is of this contract', () => {
    const backend = new FunctionBackend();
    expect(supportedBackend(backend)).toBe(backend);
  });

  it('of a newer contract is refused with both contracts and versions: core is to be upgraded', () => {
    const error = refusal(backendOf(2)) as UnsupportedFeatureError;
    expect(UnsupportedFeatureError.is(error)).toBe(true);
    expect(error.message).toBe(
      'test: the backend has contract 2 (on @melliflow/core 9.1.0), @melliflow/core 0.0.0 has 1. ' +
        'Upgrade @melliflow/core.',
    );
    expect(error).toMatchObject({ provider: 'test', model: 'test-1', retryable: false });
  });

  it.each([0, undefined, null, '2x'])(
    'of contract %j is refused: the backend is to be upgraded',
    (contract) => {
      expect(String(refusal(backendOf(contract)))).toContain(
        `has contract ${contract} (on @melliflow/core 9.1.0)`,
      );
      expect(String(refusal(backendOf(contract)))).toMatch(/Upgrade the backend\.$/);
    },
  );

  it('that tells no version of core is refused all the same', () => {
    const bare = { contract: 2, provider: 'bare', modelId: 'm' } as unknown as Backend;
    expect(String(refusal(bare))).toContain('bare: the backend has contract 2 (on @melliflow/core ?)');
  });

  it('is lifted where there is a lift from its contract, and from no other', async () => {
    const lifted = new FunctionBackend();
    const lifts = new Map<unknown, Lift>([[0, (old) => (old.modelId === 'test-1' ? lifted : old)]]);
    expect(supportedBackend(backendOf(0), lifts)).toBe(lifted);
    expect(UnsupportedFeatureError.is(refusal(backendOf(2), lifts))).toBe(true);
  });

  it('is lifted step by step, and refused where the last step is missing', () => {
    const lifted = new FunctionBackend();
    const first: [unknown, Lift] = [-1, () => backendOf(0, '0.5.0')];
    expect(supportedBackend(backendOf(-1), new Map([first, [0, () => lifted]]))).toBe(lifted);
    expect(String(refusal(backendOf(-1), new Map([first])))).toContain(
      'has contract 0 (on @melliflow/core 0.5.0)',
    );
  });
});

describe('a backend that says another contract than the core that it runs on', () => {
  it('is refused by its own public methods, before any request', async () => {
    const backend = backendOf(2);
    const failures = [
      await failureOf(backend.generateFromContext('x', new PlainContext())),
      await failureOf(backend.generateFromRaw(['x'], new PlainContext())),
    ];
    expect(failures.map((error) => UnsupportedFeatureError.is(error))).toEqual([true, true]);
    expect(backend.calls).toEqual([]);
  });

  it('is refused as a judge, also when its own core would run it', async () => {
    let asked = false;
    const foreign = Object.create(backendOf(2), {
      generateFromContext: { value: async () => (asked = true) },
    }) as Backend;
    const [thunk, ctx] = await new FunctionBackend().generateFromContext('x', new PlainContext());
    await thunk.avalue();
    const error = await failureOf(new Requirement('be polite').validate(foreign, ctx));
    expect(UnsupportedFeatureError.is(error)).toBe(true);
    expect(asked).toBe(false);
  });
});
