import type { AbstractTool, GenerationWarning, ModelOptions } from '@melliflow/core';
import { unsupportedOption } from '@melliflow/provider-kit';
import type { WireFields, WireOptions } from './wire-fields.js';

/** Which of the tools is to be called, as an option says it. */
export type ToolChoice = NonNullable<ModelOptions['toolChoice']>;

/**
 * The tools and which of them is to be called; nothing where no tools are offered, since the wire refuses it.
 *
 * @param toFields How the wire is told which. Default: `tool_choice` for all.
 */
export function toWireTools(
  tools: ReadonlyMap<string, AbstractTool>,
  toolChoice: ToolChoice | undefined,
  toFields: (choice: ToolChoice) => WireFields = (choice) => ({ tool_choice: toWireToolChoice(choice) }),
): WireOptions {
  if (tools.size === 0) return { fields: {}, warnings: idle(toolChoice) };
  const offered = [...tools.values()].map(({ asJsonTool }) => asJsonTool);
  return {
    fields: { tools: offered, ...(toolChoice !== undefined && toFields(toolChoice)) },
    warnings: [],
  };
}

/** A choice as `tool_choice` takes it: a word, or the tool. */
export function toWireToolChoice(choice: ToolChoice): unknown {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.name } } : choice;
}

function idle(toolChoice: ToolChoice | undefined): GenerationWarning[] {
  if (toolChoice === undefined || toolChoice === 'auto' || toolChoice === 'none') return [];
  const message = 'toolChoice asks for a tool, but none is offered (toolCalls: true offers them).';
  return [unsupportedOption('toolChoice', message)];
}
