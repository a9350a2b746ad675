import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Backend, HookType } from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { block, hook, modify } from '@melliflow/plugins';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatContext } from '../../src/contexts/chat-context.js';
import { SimpleContext } from '../../src/contexts/simple-context.js';
import { importPackage } from '../../src/session/import-package.js';
import { loadBackend } from '../../src/session/load-backend.js';
import { startSession } from '../../src/session/start-session.js';
import { recordHooks } from '../recorded-hooks.js';

/** The settings that it was made with, and how often it was freed. */
interface Shown extends Backend {
  readonly settings: Record<string, unknown>;
  readonly freed: number;
}

const shown = `export const createBackend = (settings) => ({
  settings, freed: 0, contract: 1, provider: 'shown', modelId: settings.modelId, generateFromContext() {},
  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() { this.freed += 1; },
});`;

let project: string;

/** A package in the project that the program runs in. */
function install(name: string, source: string): void {
  const folder = join(project, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  const manifest = { name, type: 'module', exports: { '.': { default: './index.js' } } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'index.js'), source);
}

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'melliflow-session-'));
  vi.spyOn(process, 'cwd').mockReturnValue(project);
});

afterEach(() => {
  vi.restoreAllMocks();
  setHookDispatcher(null);
  rmSync(project, { recursive: true });
});

describe('startSession with a backend', () => {
  it('takes it as it is, with a past of the kind that is asked for', async () => {
    const backend = new ScriptedBackend([{ deltas: ['A'] }]);
    const m = await startSession({ backend, modelOptions: { seed: 4 } });
    expect([m.backend, m.ctx.constructor]).toEqual([backend, SimpleContext]);
    await m.chat('x');
    expect(backend.calls[0]?.modelOptions.seed).toBe(4);
    expect((await startSession({ backend, contextType: 'chat' })).ctx).toBeInstanceOf(ChatContext);
    const ctx = new ChatContext({ windowSize: 3 });
    expect((await startSession({ backend, ctx })).ctx).toBe(ctx);
  });

  it.each([
    [{ modelId: 'm', baseURL: 'http://x' }, /modelId, baseURL must be set on the backend that you give/],
    [{ contextType: 'long' }, /contextType must be 'simple' or 'chat', got string "long"/],
    [{ ctx: [] }, /ctx must be a Context, got an array/],
    [{ ctx: new SimpleContext(), contextType: 'chat' }, /leave out contextType/],
    [{ backend: 7 }, /backend must be a name or a Backend, got number 7/],
    [{ backend: 'gpt' }, /backend must be one of ollama, openai, watsonx, hf, llamacpp, or a Backend.*"gpt"/],
  ])('refuses %j', async (options, message) => {
    const backend = new ScriptedBackend([{ deltas: ['A'] }]);
    await expect(startSession({ backend, ...(options as object) })).rejects.toThrow(message);
  });

  it('never frees a backend that is not its own', async () => {
    const free = vi.fn();
    const backend = Object.assign(new ScriptedBackend([{}]), { [Symbol.asyncDispose]: free });
    await (await startSession({ backend })).cleanup();
    expect(free).not.toHaveBeenCalled();
  });
});

describe('startSession by name', () => {
  it('loads the package of the project, and hands the settings on', async () => {
    install('@melliflow/backend-hf', shown);
    const m = await startSession({ backend: 'hf', modelId: 'org/m', apiKey: 'k', modelOptions: { seed: 1 } });
    expect((m.backend as Shown).settings).toEqual({
      modelId: 'org/m',
      apiKey: 'k',
      modelOptions: { seed: 1 },
    });
  });

  it('needs no model where a deployment stands for one', async () => {
    install('@melliflow/backend-watsonx', shown);
    const m = await startSession({ backend: 'watsonx', deployment: 'mine' });
    expect((m.backend as Shown).settings).toEqual({ deployment: 'mine', modelOptions: {} });
  });

  it('frees the backend with the last session that uses it', async () => {
    install('@melliflow/backend-hf', shown);
    const m = await startSession({ backend: 'hf', modelId: 'org/m' });
    const fork = m.clone();
    await m.cleanup();
    expect((m.backend as Shown).freed).toBe(0);
    await fork.cleanup();
    expect((m.backend as Shown).freed).toBe(1);
  });

  it('says how to install what is not there', async () => {
    await expect(importPackage('@melliflow/backend-nowhere')).rejects.toMatchObject({
      code: 'not_installed',
      message:
        '@melliflow/backend-nowhere is not installed. Install with:\n\n' +
        '  npm install @melliflow/backend-nowhere\n\nor, with pnpm:\n\n  pnpm add @melliflow/backend-nowhere',
    });
  });

  it('does not take a package that is broken for one that is absent', async () => {
    install('@melliflow/backend-broken', "import '@melliflow/not-there'; export const createBackend = 1;");
    await expect(importPackage('@melliflow/backend-broken')).rejects.toMatchObject({
      code: 'ERR_MODULE_NOT_FOUND',
    });
    install('@melliflow/backend-throws', "throw new RangeError('No engine.');");
    await expect(importPackage('@melliflow/backend-throws')).rejects.toThrow('No engine.');
  });

  it('has a model for ollama and llamacpp, and asks for one elsewhere', async () => {
    for (const name of ['ollama', 'llamacpp', 'openai']) install(`@melliflow/backend-${name}`, shown);
    install('@melliflow/model-tiny', "export const tinyModelPath = '/models/tiny.gguf';");
    expect((await startSession()).backend.modelId).toBe('granite4:micro');
    expect((await loadBackend('ollama', { modelId: 'other' })).modelId).toBe('other');
    expect((await loadBackend('llamacpp')).modelId).toBe('/models/tiny.gguf');
    await expect(startSession({ backend: 'openai' })).rejects.toThrow(
      "backend 'openai' needs a modelId, in the words of the provider: { backend: 'openai', modelId: '…' }.",
    );
  });
});

describe('hooks of a session', () => {
  it('tell before and after it is made, and may change model and options', async () => {
    install('@melliflow/backend-hf', shown);
    const recorded = recordHooks('session', {
      session_pre_init: (payload) => ({ ...payload, modelId: 'org/other', modelOptions: { seed: 9 } }),
    });
    const m = await startSession({ backend: 'hf', modelId: 'org/m' });
    expect(recorded).toEqual([
      { type: 'session_pre_init', payload: { backendName: 'hf', modelId: 'org/m', modelOptions: {} } },
      { type: 'session_post_init', payload: { sessionId: m.id, modelId: 'org/other', context: m.ctx } },
    ]);
    expect((m.backend as Shown).settings).toEqual({ modelId: 'org/other', modelOptions: { seed: 9 } });
  });

  it('may change options of a backend that was given, but not its model', async () => {
    const backend = new ScriptedBackend([{ deltas: ['A'] }]);
    const cool = hook(HookType.SESSION_PRE_INIT, (payload) => modify(payload, { modelOptions: { seed: 9 } }));
    await using m = await startSession({ backend, plugins: cool });
    await m.chat('x');
    expect(backend.calls[0]?.modelOptions.seed).toBe(9);
    const other = hook(HookType.SESSION_PRE_INIT, (payload) => modify(payload, { modelId: 'other' }));
    await expect(startSession({ backend, plugins: other })).rejects.toThrow(
      /changed modelId to string "other" in session_pre_init, but the backend that was given has its model/,
    );
  });

  it('never reach the settings of a backend, and free it when they refuse the session', async () => {
    const freed: unknown[] = [];
    vi.stubGlobal('freed', (settings: unknown) => freed.push(settings));
    install('@melliflow/backend-hf', shown.replace('this.freed += 1', 'globalThis.freed(this.settings)'));
    const refuse = hook(HookType.SESSION_POST_INIT, () => block('Closed.'));
    const start = startSession({ backend: 'hf', modelId: 'org/m', apiKey: 'k', plugins: [refuse] });
    await expect(start).rejects.toMatchObject({ code: 'plugin_violation', reason: 'Closed.' });
    expect(freed).toEqual([{ modelId: 'org/m', apiKey: 'k', modelOptions: {} }]);
    vi.unstubAllGlobals();
  });
});
