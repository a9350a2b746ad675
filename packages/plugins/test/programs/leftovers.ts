import { getEventListeners } from 'node:events';
import { HookType } from '@melliflow/core';
import { streamWithChunking } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';
import { type AnyHook, block, hook, type Pluggables, pluginScope } from '../../src/index.js';
import { PlainContext } from '../support/plain-context.js';

const ctx = new PlainContext();
const { signal } = new AbortController();
const active = (): string =>
  process
    .getActiveResourcesInfo()
    .filter((what) => what === 'Timeout')
    .join();
const soon = (): Promise<null> => new Promise((resolve) => setImmediate(() => resolve(null)));
const asleep = (): Promise<null> => new Promise(() => undefined);
const soonAll = (mode: 'sequential' | 'audit' | 'concurrent' | 'fire_and_forget'): AnyHook[] =>
  Object.values(HookType).map((type) => hook(type, soon, { mode }) as unknown as AnyHook);

/** How programs with plugins end. */
const programs: Record<string, Pluggables> = {
  'asynchronous answers': [...soonAll('sequential'), ...soonAll('audit'), ...soonAll('concurrent')],
  'nobody waits': soonAll('fire_and_forget'),
  'one blocks while its peers sleep': [
    hook(HookType.GENERATION_PRE_CALL, asleep, { mode: 'concurrent' }),
    hook(HookType.GENERATION_PRE_CALL, () => block('no'), { mode: 'concurrent' }),
    hook(HookType.GENERATION_BATCH_PRE_CALL, asleep, { mode: 'concurrent' }),
    hook(HookType.GENERATION_BATCH_PRE_CALL, () => Promise.reject(new Error('x')), { mode: 'concurrent' }),
    hook(HookType.STREAMING_START, asleep, { mode: 'concurrent' }),
    hook(HookType.STREAMING_START, () => block('no'), { mode: 'concurrent' }),
  ],
  'too late': [
    hook(HookType.GENERATION_PRE_CALL, asleep, { timeoutMs: 1 }),
    hook(HookType.GENERATION_BATCH_POST_CALL, asleep, { timeoutMs: 1, onError: 'log' }),
    hook(HookType.STREAMING_EVENT, asleep, { timeoutMs: 1 }),
  ],
};

const left: Record<string, string> = {};
for (const [name, plugins] of Object.entries(programs)) {
  await pluginScope(plugins, async (scope) => {
    const backend = scope.backend(new ScriptedBackend([{ deltas: ['One. Two.'] }]));
    const hanging = new ScriptedBackend([{ hangs: true }]);
    await Promise.allSettled([
      backend.generateFromContext('x', ctx, { signal }).then(([thunk]) => thunk.avalue()),
      backend.generateFromRaw(['x'], ctx, { signal }),
      streamWithChunking('x', backend, ctx, { signal }).then((stream) => stream.acomplete()),
      hanging.generateFromContext('x', ctx, { signal }).then(([thunk]) => thunk.cancelGeneration()),
    ]);
  });
  await soon();
  await soon();
  left[name] = active();
}
console.log(JSON.stringify({ left, listeners: getEventListeners(signal, 'abort').length }));
