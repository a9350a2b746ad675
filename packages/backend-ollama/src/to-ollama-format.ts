import type { ResolvedFormat } from '@melliflow/core/implement';
import { toDialect } from '@melliflow/schema';
import type { OllamaOptions } from './ollama-options.js';

/** The format of an answer. Ollama takes nearly every schema as it is, so an answer needs no way back. */
export function toOllamaFormat(format: ResolvedFormat | null): OllamaOptions {
  if (format === null) return { fields: {}, warnings: [] };
  const { schema, warnings } = toDialect(format.schema, 'ollama');
  return { fields: { format: schema }, warnings };
}
