import type { AbstractTool, GenerationWarning, ModelOptions } from '@melliflow/core';
import type { OpenAIOptions } from './openai-options.js';

/** The tools and which of them is to be called; nothing where no tools are offered, since the wire refuses it. */
export function toOpenAITools(
  tools: ReadonlyMap<string, AbstractTool>,
  toolChoice: ModelOptions['toolChoice'],
): OpenAIOptions {
  if (tools.size === 0) return { fields: {}, warnings: idle(toolChoice) };
  const offered = [...tools.values()].map(({ asJsonTool }) => asJsonTool);
  const tool_choice =
    typeof toolChoice === 'object' ? { type: 'function', function: { name: toolChoice.name } } : toolChoice;
  return { fields: { tools: offered, ...(tool_choice && { tool_choice }) }, warnings: [] };
}

function idle(toolChoice: ModelOptions['toolChoice']): GenerationWarning[] {
  if (toolChoice === undefined || toolChoice === 'auto' || toolChoice === 'none') return [];
  const message = 'toolChoice asks for a tool, but none is offered (toolCalls: true offers them).';
  return [{ kind: 'unsupported', option: 'toolChoice', message }];
}
