import { HookType } from '@melliflow/core';
import { hook, modify } from '@melliflow/plugins';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { req } from '../../src/requirements/req.js';
import { startSession } from '../../src/session/start-session.js';
import { react } from '../../src/tools/react.js';
import { tool } from '../../src/tools/tool.js';
import { Listener } from '../heard-hooks.js';

const slots = globalThis as { [key: symbol]: unknown };
const names = ['plugins/state', 'core/hooks', 'stdlib/session', 'stdlib/turn'];
const keys = names.map((name) => Symbol.for(`@melliflow/${name}`));
const { getBuiltinModule } = process;
let known: unknown[];

// As in a browser: no AsyncLocalStorage, for any of those who would use it.
beforeEach(() => {
  known = keys.map((key) => slots[key]);
  for (const key of keys) delete slots[key];
  process.getBuiltinModule = (() => undefined) as never;
});

afterEach(() => {
  process.getBuiltinModule = getBuiltinModule;
  for (const [i, key] of keys.entries()) {
    if (known[i] === undefined) delete slots[key];
    else slots[key] = known[i];
  }
});

const says = (text: string): ScriptedAnswer => ({ deltas: [text] });
const one = tool({ name: 'one', parameters: z.object({}), execute: () => 1 });
const calls = (name: string, args = {}): ScriptedAnswer => ({ toolCalls: [{ id: 'c', name, args }] });

describe('where scopes cannot follow calls', () => {
  it('the backend of a session with plugins is bound to them', async () => {
    const [mine, other] = [new Listener(), new Listener()];
    const script = [
      says('out'),
      says('yes'),
      says('More. And more.'),
      calls('one'),
      calls('final_answer', { answer: '' }),
    ];
    const backend = new ScriptedBackend(script);
    const m = await startSession({ backend, plugins: [mine], contextType: 'chat' });
    const beside = await startSession({ backend: new ScriptedBackend([says('out')]), plugins: [other] });
    expect([m.backend === backend, m.backend.provider, m.backend]).toEqual([
      false,
      'scripted',
      expect.any(ScriptedBackend),
    ]);
    const lazy = await m.ainstruct('x', { requirements: [req('be kind')] });
    const stream = await m.stream('x');
    await Promise.all([lazy.avalue(), stream.acomplete(), beside.chat('x')]);
    await react({ session: m, goal: 'Count.', tools: [one] });
    await m.reset();
    await m.cleanup();
    const told = Object.values(HookType).filter((type) => mine.types.includes(type));
    expect(told.map((type) => type.split('_')[0])).toEqual([
      ...Array(4).fill('session'),
      ...Array(2).fill('component'),
      ...Array(2).fill('generation'),
      ...Array(2).fill('validation'),
      ...Array(3).fill('sampling'),
      ...Array(2).fill('tool'),
      ...Array(3).fill('streaming'),
    ]);
    expect(new Set(mine.heard.map(({ context }) => context.sessionId))).toEqual(new Set([m.id]));
    await beside.cleanup();
    expect(new Set(other.heard.map(({ context }) => context.sessionId))).toEqual(new Set([beside.id]));
  });

  it('a clone is bound by itself, and its plugins stay when the original has ended', async () => {
    const listener = new Listener('generation_pre');
    const m = await startSession({ backend: new ScriptedBackend([says('out')]), plugins: listener });
    const fork = m.clone();
    await m.cleanup();
    expect((await fork.chat('x')).value).toBe('out');
    expect(listener.heard.map(({ context }) => context.sessionId)).toEqual([fork.id]);
    await fork.cleanup();
    await expect(fork.backend.generateFromContext('x', fork.ctx)).rejects.toThrow(/scope has ended/);
  });

  it('plugins change what they may', async () => {
    const cool = hook(HookType.GENERATION_PRE_CALL, (payload) =>
      modify(payload, { modelOptions: { seed: 3 } }),
    );
    const backend = new ScriptedBackend([says('out')]);
    const m = await startSession({ backend, plugins: [cool], contextType: 'chat' });
    await Promise.all([m.chat('x'), m.chat('y')]);
    expect(backend.calls.map(({ modelOptions }) => modelOptions.seed)).toEqual([3, 3]);
    await m.cleanup();
  });

  it('a session without plugins has its backend as it is', async () => {
    const backend = new ScriptedBackend([says('out')]);
    const m = await startSession({ backend });
    expect(m.backend).toBe(backend);
    expect((await m.chat('x')).value).toBe('out');
    await m.cleanup();
  });
});
