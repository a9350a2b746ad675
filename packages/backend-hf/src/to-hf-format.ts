import type { ResolvedFormat } from '@melliflow/core/implement';
import { toFormatName, type WireOptions } from '@melliflow/openai-wire';
import { toDialect } from '@melliflow/schema';

/** The format of a chat. */
export function toHfFormat(format: ResolvedFormat | null): WireOptions {
  if (format === null) return { fields: {}, warnings: [] };
  const { schema, warnings } = toDialect(format.schema, 'hf');
  const name = toFormatName(format.name);
  return { fields: { response_format: { type: 'json_schema', json_schema: { name, schema } } }, warnings };
}

/** The format of raw prompts, as TGI takes it. */
export function toHfGrammar(format: ResolvedFormat | null): WireOptions {
  if (format === null) return { fields: {}, warnings: [] };
  const { schema, warnings } = toDialect(format.schema, 'hf');
  const message = 'It is sent as a grammar, which not every server knows; the text is checked afterwards.';
  return {
    fields: { grammar: { type: 'json', value: schema } },
    warnings: [...warnings, { kind: 'other', option: 'format', message }],
  };
}
