import type { ModelOptions } from '@melliflow/core';
import { holdsPassword } from './holds-password.js';
import type { RetrySettings } from './retry-policy.js';
import { wrongSetting } from './setting-checks.js';
import type { TimeoutSettings } from './timeouts.js';

/** The settings that every provider's backend takes. */
export interface ProviderSettings {
  /** The model, by the provider's name for it. */
  modelId: string;
  /** Where the provider is reached. */
  baseURL?: string | undefined;
  /** What makes the requests. Default: the platform's `fetch`, without its own time limit where that can be lifted. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Options of every call, which those given with a call win over. */
  modelOptions?: ModelOptions | undefined;
  timeouts?: TimeoutSettings | undefined;
  retry?: RetrySettings | undefined;
  /** How many calls of one raw batch run at once where the wire takes no batch. Default 8. */
  maxConcurrency?: number | undefined;
}

/** @throws TypeError that names the setting, what it got and what it takes. */
export function checkProviderSettings(owner: string, settings: ProviderSettings): void {
  if (typeof settings !== 'object' || settings === null) {
    throw wrongSetting(owner, 'settings', 'an object with modelId', settings);
  }
  const { modelId, baseURL, fetch, modelOptions, maxConcurrency } = settings;
  if (typeof modelId !== 'string' || modelId === '') {
    throw wrongSetting(owner, 'modelId', 'the name of a model', modelId);
  }
  // A session takes any name, and a base URL that nobody reads would send the prompts to the provider's own address.
  const almost = Object.keys(settings).find((name) => /^base_?url$/i.test(name) && name !== 'baseURL');
  if (almost !== undefined) throw new TypeError(`${owner}: ${almost} is not a setting; write baseURL.`);
  if (baseURL !== undefined && !isHttpUrl(baseURL)) {
    throw wrongSetting(owner, 'baseURL', 'an absolute http or https URL', baseURL);
  }
  if (baseURL !== undefined && holdsPassword(baseURL)) {
    throw new TypeError(
      `${owner}: baseURL must hold no user and password; the settings have a key for that.`,
    );
  }
  if (fetch !== undefined && typeof fetch !== 'function') {
    throw wrongSetting(owner, 'fetch', 'a function like the global fetch', fetch);
  }
  if (modelOptions !== undefined && (typeof modelOptions !== 'object' || modelOptions === null)) {
    throw wrongSetting(owner, 'modelOptions', 'an object', modelOptions);
  }
  if (maxConcurrency !== undefined && !(Number.isInteger(maxConcurrency) && maxConcurrency >= 1)) {
    throw wrongSetting(owner, 'maxConcurrency', 'a whole number from 1 up', maxConcurrency);
  }
}

function isHttpUrl(text: unknown): boolean {
  return typeof text === 'string' && /^https?:\/\//i.test(text) && URL.canParse(text);
}
