import type { GenerationWarning, ModelOptions } from '@melliflow/core';

/** The warning for an option that the wire cannot be told. */
export function unsupportedOption(option: string, message: string): GenerationWarning {
  return { kind: 'unsupported', option, message };
}

/** A warning for each of the options that raw completions have no place for, and that was asked for. */
export function idleInRaw(
  options: ModelOptions,
  names: readonly (keyof ModelOptions)[] = ['thinking', 'systemPrompt', 'toolChoice'],
): GenerationWarning[] {
  return names
    .filter((option) => options[option] !== undefined && options[option] !== false)
    .map((option) => unsupportedOption(option, 'Raw completions have none of it.'));
}
