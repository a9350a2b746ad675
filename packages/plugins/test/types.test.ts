import { type GenerationPreCallPayload, HookType, type ModelOptions, type TokenUsage } from '@melliflow/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { block, hook, modify, on, Plugin, pluginScope, type WritableFieldOf } from '../src/index.js';

describe('types', () => {
  it('a payload is that of its hook', () => {
    hook(HookType.GENERATION_PRE_CALL, (payload, context) => {
      expectTypeOf(payload).toEqualTypeOf<GenerationPreCallPayload>();
      expectTypeOf(context.sessionId).toEqualTypeOf<string | null>();
    });
    hook('generation_batch_post_call', ({ usage }) => {
      expectTypeOf(usage).toEqualTypeOf<TokenUsage | null>();
    });
    // @ts-expect-error no such hook
    expect(() => hook('generation', () => null)).toThrow(TypeError);
    // @ts-expect-error a payload is not an answer
    hook(HookType.GENERATION_PRE_CALL, (payload) => ({ ...payload, toolCalls: true }));
  });

  it('only writable fields can be changed', () => {
    expectTypeOf<WritableFieldOf<GenerationPreCallPayload>>().toEqualTypeOf<
      'modelOptions' | 'format' | 'toolCalls'
    >();
    hook(HookType.GENERATION_PRE_CALL, (payload) => {
      expectTypeOf(payload.modelOptions).toEqualTypeOf<ModelOptions>();
      // @ts-expect-error observed only
      modify(payload, { action: 'x' });
      // @ts-expect-error of another type
      modify(payload, { toolCalls: 'yes' });
      return modify(payload, { toolCalls: true, format: null });
    });
    hook(HookType.SAMPLING_LOOP_START, (payload) => modify(payload, { loopBudget: 1 }));
    hook(HookType.GENERATION_POST_CALL, (payload) => {
      // @ts-expect-error nothing is writable here
      modify(payload, { latencyMs: 0 });
      return Math.random() > 2 ? block('never') : undefined;
    });
  });

  it('a scope gives what its function gives, a bound backend is of its class, a method takes its payload', async () => {
    expectTypeOf(pluginScope([], async () => 3)).toEqualTypeOf<Promise<number>>();
    class Right extends Plugin {
      listen({ action }: GenerationPreCallPayload): void {
        void action;
      }
    }
    const marker = on(HookType.GENERATION_PRE_CALL);
    expectTypeOf(marker<Right>)
      .parameter(0)
      .toExtend<(this: Right, ...told: never[]) => unknown>();
    expectTypeOf<Right['listen']>().toExtend<Parameters<typeof marker<Right>>[0]>();
    // @ts-expect-error it is told something else
    expectTypeOf<(this: Right, payload: string) => void>().toExtend<Parameters<typeof marker<Right>>[0]>();
  });
});
