import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelOptions } from '@melliflow/core';
import type { ChatFormatter } from '@melliflow/formatter';
import { type LlamaCppTimeouts, timeoutNames } from './llamacpp-time-limits.js';

/** What of the engine's own instance the backend needs; an instance of node-llama-cpp's `Llama` has it. */
export interface LlamaInstance {
  /** The cores that are of use for number crunching. */
  readonly cpuMathCores: number;
  loadModel(options: { modelPath: string }): Promise<unknown>;
}

/** Where a model runs and how much it may take. */
export interface LlamaCppSettings {
  /** The model: the path or `file:` URL of a GGUF file. */
  modelId: string | URL;
  /** Tokens that prompt and answer have together. Default: what the model was trained for, at most 4096. */
  contextSize?: number | undefined;
  /** Generations that run at once; each takes memory for `contextSize` tokens. Default 4. */
  sequences?: number | undefined;
  /** Threads of one model. Default: 1 for files under 64 MB, which more would slow down; else all cores but one. */
  threads?: number | undefined;
  /** The GPU to use; its platform package must be installed. Default `false`: none. */
  gpu?: 'auto' | 'metal' | 'cuda' | 'vulkan' | false | undefined;
  /** An engine of your own (`await getLlama(…)`), or what makes one. Default: one per process and kind of GPU. */
  client?: LlamaInstance | (() => Promise<LlamaInstance>) | undefined;
  /** Options of every call, which those given with a call win over. */
  modelOptions?: ModelOptions | undefined;
  /** Turns components into messages and prompts. Default: a `TemplateFormatter`. */
  formatter?: ChatFormatter | undefined;
  /** How long to wait for what. Default: for ever. */
  timeouts?: LlamaCppTimeouts | undefined;
  /** The most prompts of a raw batch that are under way at once; `sequences` of them run. Default 8. */
  maxConcurrency?: number | undefined;
}

/**
 * The path of the model, after a look at every setting.
 *
 * @throws TypeError that names the setting, what it got and what it takes.
 */
export function checkSettings(settings: LlamaCppSettings): string {
  const { modelId, gpu, client } = settings;
  for (const name of ['contextSize', 'sequences', 'threads', 'maxConcurrency'] as const) {
    const value = settings[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
      throw wrong(name, 'a whole number of at least 1', value);
    }
  }
  checkTimeouts(settings.timeouts);
  if (gpu !== undefined && !gpus.has(gpu))
    throw wrong('gpu', `one of ${[...gpus].map(show).join(', ')}`, gpu);
  if (client !== undefined && typeof client !== 'function' && typeof client?.loadModel !== 'function') {
    throw wrong('client', 'an instance of Llama from node-llama-cpp, or a function that gives one', client);
  }
  return modelPath(modelId);
}

/** Below this size, handing work to a second thread costs more than it brings. */
const ONE_THREAD_BYTES = 64 * 1024 * 1024;

/** Threads for a model of this size; one core stays free, because threads that wait for a busy one spin. */
export function defaultThreads(sizeBytes: number, cores: number): number {
  return sizeBytes < ONE_THREAD_BYTES ? 1 : Math.max(1, cores - 1);
}

function checkTimeouts(timeouts: LlamaCppTimeouts | undefined): void {
  if (timeouts === undefined) return;
  if (typeof timeouts !== 'object' || timeouts === null) throw wrong('timeouts', 'an object', timeouts);
  for (const [name, ms] of Object.entries(timeouts)) {
    const isKnown = (timeoutNames as readonly string[]).includes(name);
    if (!isKnown) throw wrong('timeouts', `an object of ${timeoutNames.join(', ')}`, `${name}: …`);
    if (ms !== undefined && !(typeof ms === 'number' && ms > 0))
      throw wrong(`timeouts.${name}`, 'a number of ms above 0, or Infinity', ms);
  }
}

const gpus: ReadonlySet<unknown> = new Set(['auto', 'metal', 'cuda', 'vulkan', false]);

function modelPath(modelId: string | URL): string {
  const text = modelId instanceof URL ? modelId.href : modelId;
  if (typeof text !== 'string' || text === '') throw wrong('modelId', 'the path of a GGUF file', modelId);
  if (text.startsWith('file:')) return fileURLToPath(text);
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(text)) {
    throw wrong('modelId', 'a path or a file: URL (download the model first)', modelId);
  }
  return resolve(text);
}

function wrong(name: string, expected: string, got: unknown): TypeError {
  return new TypeError(`LlamaCppBackend: ${name} must be ${expected}; got ${show(got)}.`);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof URL) return value.href;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
