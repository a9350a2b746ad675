import { type HookContext, type HookOperation, type HookScope, HookType, Requirement } from '@melliflow/core';
import { captureHooks } from '@melliflow/core/implement';
import { streamWithChunking } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AnyHook, hook, register, unregister } from '../src/index.js';
import { operationScope } from '../src/operation.js';
import { processState } from '../src/process-state.js';
import { hearLogger } from './support/listening.js';
import { PlainContext } from './support/plain-context.js';

hearLogger();
const ctx = new PlainContext();

/** Which operation each hook named, in order. */
const told: { type: HookType; operation: HookOperation }[] = [];
const recorders = Object.values(HookType).map(
  (type) =>
    hook(type, (_, { operation }) => void told.push({ type, operation: operation as HookOperation }), {
      mode: 'audit',
    }) as unknown as AnyHook,
);
beforeEach(() => {
  told.length = 0;
  register(recorders);
});
afterEach(() => void unregister(recorders));

const operationOf = (type: HookType): HookOperation =>
  told.find((one) => one.type === type)?.operation as HookOperation;

describe('an operation', () => {
  it('is one object in all of its hooks, and another for each call', async () => {
    const backend = new ScriptedBackend([{ deltas: ['Hi.'] }]);
    for (const action of ['a', 'b']) await (await backend.generateFromContext(action, ctx))[0].avalue();
    await backend.generateFromRaw(['c'], ctx);
    const operations = told.map(({ operation }) => operation);
    expect(operations.map((operation) => operations.indexOf(operation))).toEqual([0, 0, 2, 2, 4, 4]);
    expect(operations.map(({ parent }) => parent)).toEqual([null, null, null, null, null, null]);
  });

  it('has as parent the one that it began inside of: a stream has its generation and its judges', async () => {
    const backend = new ScriptedBackend([{ deltas: ['One. Two.'] }, { deltas: ['yes'] }]);
    const stream = await streamWithChunking('Go.', backend, ctx, {
      requirements: [new Requirement('Polite?')],
    });
    await stream.acomplete();
    const around = operationOf('streaming_start');
    const calls = told.filter(({ type }) => type === 'generation_pre_call');
    expect(calls.map(({ operation }) => operation.parent === around)).toEqual([true, true]);
    expect([around.parent, operationOf('streaming_end') === around]).toEqual([null, true]);
  });

  it('has no parent where it began beside one that runs', async () => {
    const backend = new ScriptedBackend([{ deltas: ['Hi.'] }]);
    const outer = captureHooks();
    await outer?.inside?.(async () => {
      await Promise.resolve();
      await (await backend.generateFromContext('inside', ctx))[0].avalue();
    });
    await (await backend.generateFromContext('outside', ctx))[0].avalue();
    const parents = told.flatMap(({ type, operation }) =>
      type === 'generation_pre_call' ? [operation.parent] : [],
    );
    expect([parents[0] === null, parents[1] === null]).toEqual([false, true]);
  });

  it('has no parent, and runs what is inside, where call chains cannot be followed', async () => {
    const contexts: HookContext[] = [];
    const listeners: HookScope = {
      has: () => true,
      dispatch: async (_, payload, context) => {
        contexts.push(context);
        return payload;
      },
    };
    const state = { ...processState(), operations: null };
    const scope = operationScope(state, listeners);
    const nowhere = { backend: null, provider: null, modelId: null, sessionId: null };
    const inner = scope.inside?.(() => operationScope(state, listeners));
    await scope.dispatch('tool_pre_invoke', {} as never, nowhere);
    await inner?.dispatch('tool_pre_invoke', {} as never, nowhere);
    expect(contexts.map(({ operation }) => operation?.parent)).toEqual([null, null]);
  });

  it('runs what is inside as plugins surround it: the first nearest, and what it throws comes through', async () => {
    const heard: string[] = [];
    const scope = captureHooks();
    const note = (name: string) =>
      hook(HookType.TOOL_PRE_INVOKE, (_, { operation }) =>
        operation?.surround((fn) => {
          heard.push(`${name} begins`);
          try {
            return fn();
          } finally {
            heard.push(`${name} ends`);
          }
        }),
      );
    const notes = [note('first'), note('second')];
    register(notes);
    const noted = captureHooks();
    await noted?.dispatch('tool_pre_invoke', {} as never, {
      backend: null,
      provider: null,
      modelId: null,
      sessionId: null,
    });
    expect(noted?.inside?.(() => heard.push('work'))).toBe(3);
    expect(heard).toEqual(['second begins', 'first begins', 'work', 'first ends', 'second ends']);
    const failing = (): never => {
      throw new Error('broken');
    };
    expect(() => noted?.inside?.(failing)).toThrow('broken');
    expect(scope?.inside?.(() => 'plain')).toBe('plain');
    unregister(notes);
  });
});
