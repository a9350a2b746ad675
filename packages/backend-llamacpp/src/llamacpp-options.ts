import type { GenerationWarning, ModelOptions } from '@melliflow/core';
import type { LlamaCppCallOptions } from './llamacpp-prompts.js';

/** Our option -> the engine's. */
const rows: readonly [keyof ModelOptions, (value: never) => LlamaCppCallOptions][] = [
  ['temperature', (temperature: number) => ({ temperature })],
  ['maxNewTokens', (maxTokens: number) => ({ maxTokens })],
  // The engine takes 32 bits and makes 0 of what is negative.
  ['seed', (seed: number) => ({ seed: seed >>> 0 })],
  ['topP', (topP: number) => ({ topP })],
  ['topK', (topK: number) => ({ topK })],
  ['minP', (minP: number) => ({ minP })],
  ['stop', (customStopTriggers: readonly string[]) => ({ customStopTriggers })],
];

/** Our option -> the engine's, among its penalties. */
const penalties = [
  ['repetitionPenalty', 'penalty'],
  ['presencePenalty', 'presencePenalty'],
  ['frequencyPenalty', 'frequencyPenalty'],
] as const;

/** What the engine is told, and what it cannot be told. */
export interface LlamaCppOptions {
  options: LlamaCppCallOptions;
  warnings: GenerationWarning[];
}

/**
 * The options of a call as the engine takes them; `providerOptions.llamacpp` goes over them untouched.
 *
 * @param contextSize The size that the model is loaded with, where the user set one.
 */
export function toLlamaCppOptions(given: ModelOptions, contextSize: number | undefined): LlamaCppOptions {
  const options: LlamaCppCallOptions = {};
  for (const [name, to] of rows) {
    if (given[name] !== undefined) Object.assign(options, to(given[name] as never));
  }
  for (const [name, penalty] of penalties) {
    if (given[name] !== undefined)
      options.repeatPenalty = { ...options.repeatPenalty, [penalty]: given[name] };
  }
  const warnings: GenerationWarning[] = [];
  if (given.contextWindow !== undefined && given.contextWindow !== contextSize) {
    const message =
      'The context is sized when the model is loaded: set contextSize in the settings of the backend.';
    warnings.push({ kind: 'unsupported', option: 'contextWindow', message });
  }
  return { options: { ...options, ...given.providerOptions?.llamacpp }, warnings };
}
