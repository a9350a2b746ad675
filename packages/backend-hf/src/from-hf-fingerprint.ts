import type { GenerationWarning, ModelOptions } from '@melliflow/core';
import { unsupportedOption } from '@melliflow/provider-kit';

/** How TGI names itself in `system_fingerprint`: its version and its image, as `3.3.4-sha-d5ad3c1` or `3.3.4-native`. */
const tgi = /^\d+\.\d+\.\d+(?:[^\d\s]\S*)?-(native|sha-[0-9a-f]{7})/;

/** What of a chat's options the server leaves out without a word; only TGI is known to do so. */
export function ignoredInChat(fingerprint: string, options: ModelOptions): GenerationWarning[] {
  return ignored(fingerprint, given(options, ['topK', 'minP', 'repetitionPenalty']), 'a chat');
}

/** What of the options of raw prompts it leaves out. That there are no log probabilities shows in the reply. */
export function ignoredInRaw(
  fingerprint: string,
  options: ModelOptions,
  hasFormat: boolean,
): GenerationWarning[] {
  const names = given(options, ['topK', 'minP', 'presencePenalty']);
  return ignored(fingerprint, hasFormat ? [...names, 'format'] : names, 'a raw prompt');
}

function given(options: ModelOptions, names: readonly (keyof ModelOptions)[]): readonly string[] {
  return names.filter((name) => options[name] !== undefined);
}

function ignored(fingerprint: string, names: readonly string[], of: string): GenerationWarning[] {
  if (!tgi.test(fingerprint)) return [];
  return names.map((name) =>
    unsupportedOption(name, `TGI leaves ${name} out of ${of}, and does not say so.`),
  );
}
