import { AbstractTool, type JsonTool } from '@melliflow/core';
import { redactedSchema } from './redacted-data.js';
import type { TextRedactor } from './text-redactor.js';

/** A tool whose description is clean. What the model calls is the tool itself, which the outermost backend holds. */
class RedactedTool extends AbstractTool {
  readonly name: string;
  readonly asJsonTool: JsonTool;
  /** @internal */
  readonly _tool: AbstractTool;

  constructor(tool: AbstractTool, redact: TextRedactor) {
    super();
    const { type, function: shown } = tool.asJsonTool;
    const { description, parameters } = shown;
    this.name = tool.name;
    this._tool = tool;
    this.asJsonTool = {
      type,
      function: {
        ...shown,
        ...(description !== undefined && { description: redact(description) }),
        parameters: redactedSchema(parameters, redact),
      },
    };
  }

  run(args: Record<string, unknown>): unknown {
    return this._tool.run(args);
  }
}

/** The tools as they are shown to the model. */
export function redactedTools(
  tools: ReadonlyMap<string, AbstractTool>,
  redact: TextRedactor,
): ReadonlyMap<string, AbstractTool> {
  return new Map(Array.from(tools, ([name, tool]) => [name, new RedactedTool(tool, redact)]));
}
