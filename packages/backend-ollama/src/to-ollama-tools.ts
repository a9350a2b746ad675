import type { AbstractTool, ModelOptions } from '@melliflow/core';
import type { OllamaOptions } from './ollama-options.js';

/**
 * The tools on offer. The wire has no choice among them, which core warns of; all that can be done is to leave them
 * out for `none`.
 */
export function toOllamaTools(
  tools: ReadonlyMap<string, AbstractTool>,
  toolChoice: ModelOptions['toolChoice'],
): OllamaOptions {
  const offered = toolChoice === 'none' ? [] : [...tools.values()].map(({ asJsonTool }) => asJsonTool);
  return { fields: offered.length > 0 ? { tools: offered } : {}, warnings: [] };
}
