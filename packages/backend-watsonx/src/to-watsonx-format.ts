import type { ResolvedFormat } from '@melliflow/core/implement';
import { toFormatName, type WireOptions } from '@melliflow/openai-wire';
import { toDialect } from '@melliflow/schema';

/** A format on the wire, and the way back. */
export interface WatsonxFormat extends WireOptions {
  /** Makes the answer the one that the user's schema describes; null where it is that already. */
  readonly restoreText: ((text: string) => string) | null;
}

/** The format of an answer. */
export function toWatsonxFormat(format: ResolvedFormat | null): WatsonxFormat {
  if (format === null) return { fields: {}, warnings: [], restoreText: null };
  const { schema, restores, restoreText, warnings } = toDialect(format.schema, 'watsonx');
  const name = toFormatName(format.name);
  const json_schema = { name, schema, strict: true };
  return {
    fields: { responseFormat: { type: 'json_schema', json_schema } },
    warnings,
    restoreText: restores ? restoreText : null,
  };
}
