import type { AbstractTool, ModelOutputThunk, ModelToolCall, Requirement } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { outputRequirement, type ReadyRequirementInit } from './output-requirement.js';

/** A tool, or the name by which a model calls it. */
export type ToolOrName = string | Pick<AbstractTool, 'name'>;

/**
 * The output calls a tool. Where the model takes `toolChoice`, that is surer.
 *
 * @throws TypeError for what is neither a tool nor a name.
 *
 * @example
 * usesTool(weather);
 */
export function usesTool(tool: ToolOrName, init: ReadyRequirementInit = {}): Requirement {
  const name = toolName(tool);
  return outputRequirement(`use the tool ${name}`, init, (output) => {
    const called = callsOf(output).map((call) => call.name);
    if (called.includes(name)) return true;
    return [false, called.length === 0 ? 'no tool was called' : `it calls ${called.join(', ')} instead`];
  });
}

/** The tools that an output calls. */
export function callsOf(output: ModelOutputThunk<unknown>): readonly ModelToolCall[] {
  return output.toolCalls ?? [];
}

/** @throws TypeError for what is neither a tool nor a name. */
export function toolName(tool: ToolOrName): string {
  const name = typeof tool === 'string' ? tool : tool?.name;
  if (typeof name === 'string' && name !== '') return name;
  throw new TypeError(`tool must be a tool or its name, got ${describe(tool)}.`);
}
