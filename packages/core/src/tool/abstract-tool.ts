import type { JsonSchema } from '../content/json-schema.js';

/** How a tool is described to a model: the function form that all providers take. */
export interface JsonTool {
  type: 'function';
  function: { name: string; description?: string | undefined; parameters: JsonSchema };
}

/** Something that a model may ask to be called. */
export abstract class AbstractTool<A = Record<string, unknown>, R = unknown> {
  /** The name by which the model calls it. */
  abstract readonly name: string;
  abstract readonly asJsonTool: JsonTool;
  abstract run(args: A): R | Promise<R>;
}
