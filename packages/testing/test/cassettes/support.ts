import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Backend,
  CBlock,
  Context,
  type ContextCall,
  type GenerateOptions,
  type GenerationEvent,
  type ModelOutputThunk,
  type Part,
} from '@melliflow/core';
import { afterEach, beforeEach, vi } from 'vitest';
import { type ScriptedAnswer, ScriptedBackend } from '../../src/index.js';

class PlainContext extends Context {
  viewForGeneration(): Part[] | null {
    return this.asList();
  }
}
export const ctx: Context = new PlainContext();
export const stream = { modelOptions: { stream: true } };

/** A folder for each test, outside of CI whatever the tests themselves run in. */
export function cassetteFolder(): (name?: string) => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cassettes-'));
    vi.stubEnv('CI', '');
    vi.stubEnv('MELLIFLOW_CASSETTES', '');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  return (name = 'tape.json') => join(folder, name);
}

/** A backend that fails the test when it is asked: what a replay stands around. */
export function gone(options: { secrets?: readonly string[] } = {}): ScriptedBackend {
  const refuse = (): never => {
    throw new Error('The model was asked.');
  };
  return Object.assign(new ScriptedBackend([{}]), {
    _generateFromContext: refuse,
    _generateFromRaw: refuse,
    _secrets: () => options.secrets ?? [],
  });
}

/** A scripted backend that holds a credential. */
export function holding(secret: string, script: readonly ScriptedAnswer[]): ScriptedBackend {
  return Object.assign(new ScriptedBackend(script), { _secrets: () => [secret] });
}

export async function begin(
  backend: Backend,
  action = 'Go.',
  options?: GenerateOptions,
): Promise<ModelOutputThunk> {
  const [thunk] = await backend.generateFromContext(action, ctx, options);
  return thunk;
}

/** The text of an answer. */
export async function ask(backend: Backend, action = 'Go.', options?: GenerateOptions): Promise<string> {
  return (await begin(backend, action, options)).avalue();
}

export async function failureOf(work: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await work;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('It did not fail.');
}

/** All that one call tells, and what it fails with, as plain data. */
export async function toldBy(backend: Backend, call: ContextCall): Promise<unknown[]> {
  const told: unknown[] = [];
  try {
    for await (const event of backend._generateFromContext(call)) told.push({ ...event });
  } catch (error) {
    told.push(factsOf(error));
  }
  return told;
}

export function factsOf(error: unknown): unknown {
  const { name, message, cause } = error as Error;
  const own = { ...(error as object), cause: cause && String(cause) };
  return { class: (error as Error).constructor.name, name, message, ...own };
}

/** A call as core makes it. */
export function callOf(action: string, more: Partial<ContextCall> = {}): ContextCall {
  const { signal } = new AbortController();
  const call = { view: [], tools: new Map(), format: null, modelOptions: {}, streaming: true, signal };
  return { ...call, action: new CBlock(action), generationId: 'id', ...more };
}

export function read(file: string): {
  melliflowCassette: number;
  interactions: {
    key: string;
    request: Record<string, unknown>;
    timesMs: number[];
    events: GenerationEvent[];
  }[];
} {
  return JSON.parse(readFileSync(file, 'utf8'));
}
