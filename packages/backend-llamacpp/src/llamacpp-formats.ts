import type { GenerationWarning, JsonSchema } from '@melliflow/core';
import { toDialect } from '@melliflow/schema';
import type { Llama, LlamaGrammar } from 'node-llama-cpp';

/** What the engine takes of JSON Schema; the dialect writes nothing else. */
type EngineSchema = Parameters<Llama['createGrammarForJsonSchema']>[0];

/** A format as the engine holds an output to it, and the way back. */
export interface LlamaCppFormat {
  readonly grammar: LlamaGrammar;
  /**
   * What makes the answer the one that the user's schema describes; null where the answer is that already. With it
   * the text can only be handed on when it is whole.
   */
  readonly restoreText: ((text: string) => string) | null;
  /** What of the schema the grammar does not enforce. */
  readonly warnings: readonly GenerationWarning[];
}

/** The grammars of one engine, each made once for as long as its schema lives. */
export function formatsOf(llama: Llama): (schema: JsonSchema) => Promise<LlamaCppFormat> {
  const known = new WeakMap<JsonSchema, Promise<LlamaCppFormat>>();
  return (schema) => {
    const format = known.get(schema) ?? toFormat(llama, schema);
    known.set(schema, format);
    return format;
  };
}

async function toFormat(llama: Llama, given: JsonSchema): Promise<LlamaCppFormat> {
  const { schema, restores, restoreText, warnings } = toDialect(given, 'llamacpp');
  const grammar = await llama.createGrammarForJsonSchema(schema as EngineSchema);
  return { grammar, restoreText: restores ? restoreText : null, warnings };
}
