import type { ResolvedFormat } from '@melliflow/core/implement';
import { toFormatName, type WireOptions } from '@melliflow/openai-wire';
import { toDialect } from '@melliflow/schema';

/** A format on the wire, and the way back. */
export interface OpenAIFormat extends WireOptions {
  /**
   * What makes the answer the one that the user's schema describes; null where the answer is that already. With it
   * the text can only be handed on when it is whole.
   */
  readonly restoreText: ((text: string) => string) | null;
}

/** The format of an answer; `strict` as OpenAI enforces it, else the schema as it is. */
export function toOpenAIFormat(format: ResolvedFormat | null, strict: boolean): OpenAIFormat {
  if (format === null) return { fields: {}, warnings: [], restoreText: null };
  const { schema, restores, restoreText, warnings } = toDialect(
    format.schema,
    strict ? 'openai-strict' : 'openai',
  );
  const name = toFormatName(format.name);
  const json_schema = { name, schema, ...(strict && { strict }) };
  return {
    fields: { response_format: { type: 'json_schema', json_schema } },
    warnings,
    restoreText: restores ? restoreText : null,
  };
}
