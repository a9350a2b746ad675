import type { ImageBlock } from '@melliflow/core';

/** Found in every copy of this package. */
const TOOL_OUTPUT = Symbol.for('@melliflow/stdlib/tool-output');

/** What a tool gives when the model should read something else than the value. */
export interface ToolOutputInit {
  /** What the model reads. */
  content: string;
  /** What the program gets. Default: the content. */
  value?: unknown;
  /** What the model is shown beside the text. */
  images?: readonly ImageBlock[] | undefined;
}

/**
 * The result of a tool in two forms: a text for the model and a value for the program.
 *
 * @example
 * execute: async ({ city }) => new ToolOutput({ content: '3 rows, drawn as a chart', value: rows, images: [chart] });
 */
export class ToolOutput {
  readonly content: string;
  readonly value: unknown;
  readonly images: readonly ImageBlock[];

  constructor(init: ToolOutputInit) {
    this.content = init.content;
    this.value = init.value ?? init.content;
    this.images = init.images ?? [];
  }

  /** @internal */
  get [TOOL_OUTPUT](): true {
    return true;
  }

  /** What the model reads. */
  toString(): string {
    return this.content;
  }
}

/** Whether `x` is one, also of another copy of this package. */
export function isToolOutput(x: unknown): x is ToolOutput {
  return typeof x === 'object' && x !== null && Reflect.get(x, TOOL_OUTPUT) === true;
}
