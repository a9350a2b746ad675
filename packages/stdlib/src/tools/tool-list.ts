import type { AbstractTool } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';

/** Tools as calls and options take them: a list, or by name. */
export type ToolList = readonly AbstractTool<never>[] | Readonly<Record<string, AbstractTool<never>>>;

/** The tools by their own names. @throws TypeError when one is no tool, or two have the same name. */
export function toolsByName(tools: ToolList = []): ReadonlyMap<string, AbstractTool> {
  if (!Array.isArray(tools) && !isPlain(tools))
    throw new TypeError(`tools must be a list or a record of tools, got ${describe(tools)}.`);
  const byName = new Map<string, AbstractTool>();
  for (const [key, tool] of Object.entries(tools) as [string, AbstractTool][]) {
    if (typeof tool?.name !== 'string' || typeof tool.run !== 'function')
      throw new TypeError(`tools.${key} must be a tool, made by tool(), got ${describe(tool)}.`);
    if (byName.has(tool.name))
      throw new TypeError(`Two tools are called "${tool.name}": give one another name.`);
    byName.set(tool.name, tool);
  }
  return byName;
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
