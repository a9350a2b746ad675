import type { AbstractTool, GenerationEvent, GenerationWarning } from '@melliflow/core';
import { newId } from '@melliflow/core/implement';
import { type DialectSchema, toDialect } from '@melliflow/schema';
import type { ChatModelFunctions, GbnfJsonSchema } from 'node-llama-cpp';

/** A call as the engine read it out of the answer. */
export interface LlamaCppToolCall {
  readonly functionName: string;
  readonly params: unknown;
}

/** Tools as the engine offers them, and the way back of their calls. */
export interface LlamaCppTools {
  /** Undefined where there are none: the model is then shown no word about tools. */
  readonly functions: ChatModelFunctions | undefined;
  readonly warnings: readonly GenerationWarning[];
  /** The call for the user, whose tool gets the arguments that its own schema describes. Nothing is run. */
  toEvent(call: LlamaCppToolCall): GenerationEvent;
}

/** The tools of a call; the engine holds the model to the schema of their parameters. */
export function toLlamaCppTools(tools: ReadonlyMap<string, AbstractTool>): LlamaCppTools {
  const parameters = new Map<string, DialectSchema>();
  const functions: Record<string, { description?: string; params: GbnfJsonSchema }> = {};
  for (const [name, { asJsonTool }] of tools) {
    const { description } = asJsonTool.function;
    const sent = toDialect(asJsonTool.function.parameters, 'llamacpp', { option: 'tools' });
    parameters.set(name, sent);
    functions[name] = { ...(description && { description }), params: sent.schema as GbnfJsonSchema };
  }
  return {
    functions: tools.size > 0 ? functions : undefined,
    warnings: [...parameters.values()].flatMap(({ warnings }) => warnings),
    toEvent({ functionName: name, params }) {
      const args = parameters.get(name)?.restore(params) ?? params ?? {};
      // The engine names no calls; a result finds its call among several by this.
      return { type: 'tool_call', id: newId(), name, args: args as Record<string, unknown> };
    },
  };
}
