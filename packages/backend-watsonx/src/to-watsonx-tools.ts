import type { AbstractTool } from '@melliflow/core';
import { type ToolChoice, toWireToolChoice, toWireTools, type WireOptions } from '@melliflow/openai-wire';

/** The tools and which of them is to be called: one tool and a word for all stand under two names. */
export function toWatsonxTools(
  tools: ReadonlyMap<string, AbstractTool>,
  toolChoice: ToolChoice | undefined,
): WireOptions {
  return toWireTools(tools, toolChoice, (choice) =>
    typeof choice === 'object' ? { toolChoice: toWireToolChoice(choice) } : { toolChoiceOption: choice },
  );
}
