import { HookType } from '@melliflow/core';
import { captureHooks, setHookDispatcher } from '@melliflow/core/implement';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it, vi } from 'vitest';
import * as first from '../src/index.js';
import { hearLogger } from './support/listening.js';
import { PlainContext } from './support/plain-context.js';

vi.resetModules();
const second = (await import('../src/index.js')) as typeof first;
hearLogger();

describe('two copies of the package in one process', () => {
  it('are really two', () => {
    expect(second.hook).not.toBe(first.hook);
  });

  it('share what is registered, scopes and answers', async () => {
    const notes: string[] = [];
    const note = (name: string) => () => void notes.push(name);
    const cool = first.hook(HookType.GENERATION_PRE_CALL, (payload) =>
      second.modify(payload, { modelOptions: { temperature: 0 } }),
    );
    const registered = first.hook(HookType.GENERATION_PRE_CALL, note('registered'));
    second.register(registered);
    const backend = new ScriptedBackend([{ deltas: ['ok'] }]);
    await first.pluginScope([cool, second.hook(HookType.GENERATION_PRE_CALL, note('first'))], () =>
      second.pluginScope(first.hook(HookType.GENERATION_PRE_CALL, note('second')), async () => {
        const [thunk] = await backend.generateFromContext('x', new PlainContext());
        await thunk.avalue();
      }),
    );
    expect(notes).toEqual(['registered', 'first', 'second']);
    expect(backend.calls[0]?.modelOptions).toEqual({ temperature: 0 });
    expect(first.unregister(registered)).toBe(true);
    expect(captureHooks()).toBeNull();
  });
});

it('another plugin manager is not thrown out in silence', () => {
  const other = { capture: () => null };
  setHookDispatcher(other);
  try {
    expect(() => first.register(first.hook(HookType.TOOL_PRE_INVOKE, () => undefined))).toThrow(
      first.PluginUseError,
    );
    const one = first.hook(HookType.TOOL_PRE_INVOKE, () => undefined);
    expect(() => first.pluginScope(one)).toThrow(/Another plugin manager/);
    expect(first.pluginScopeFor([], { sessionId: 's' }).enter(() => 'no plugin, no matter')).toBeTruthy();
    expect(captureHooks()).toBeNull();
  } finally {
    setHookDispatcher(null);
  }
});
