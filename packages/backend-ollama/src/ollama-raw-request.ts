import type { GenerationWarning, RawCall } from '@melliflow/core';
import { toRawOptions, withOwnOptions } from './ollama-options.js';
import type { OllamaRequest } from './ollama-requests.js';
import type { OllamaSettings } from './ollama-settings.js';
import { toOllamaFormat } from './to-ollama-format.js';

/** A raw prompt as it is asked for. */
export interface RawRequest extends OllamaRequest {
  readonly warnings: readonly GenerationWarning[];
}

/** The request of one prompt of a raw batch. */
export function toRawRequest(
  { modelOptions, format }: RawCall,
  prompt: string,
  { modelId, keepAlive }: OllamaSettings,
): RawRequest {
  const options = toRawOptions(modelOptions);
  const held = toOllamaFormat(format);
  const fields = {
    model: modelId,
    prompt,
    raw: true,
    ...options.fields,
    ...held.fields,
    ...(keepAlive !== undefined && { keep_alive: keepAlive }),
  };
  return {
    endpoint: 'generate',
    body: withOwnOptions(fields, modelOptions),
    warnings: [...options.warnings, ...held.warnings],
  };
}
