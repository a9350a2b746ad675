import type { Part } from '../content/component.js';
import { isComponent } from '../content/part.js';
import type { AbstractTool } from '../tool/abstract-tool.js';
import type { ModelOptions } from './model-options.js';

/** The tools of the options, then of the context, then of the action; a later one wins over its namesake. */
export function collectTools(
  options: ModelOptions,
  fromContext: readonly Part[],
  action: Part,
): ReadonlyMap<string, AbstractTool> {
  const tools = new Map<string, AbstractTool>();
  const add = (tool: AbstractTool): unknown => tools.set(tool.name, tool);
  if (options.tools) for (const tool of Object.values(options.tools) as AbstractTool[]) add(tool);
  for (const part of [...fromContext, action]) {
    if (!isComponent(part)) continue;
    const shown = part.formatForLlm();
    if (typeof shown === 'object' && shown.tools) Object.values(shown.tools).forEach(add);
  }
  return tools;
}
