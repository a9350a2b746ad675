import { ModelToolCall } from '@melliflow/core';
import { newId } from '@melliflow/core/implement';
import { isRecord } from './json-kind.js';
import { jsonObjectsIn } from './json-objects.js';
import { type ToolList, toolsByName } from './tool-list.js';

/**
 * The tool calls that a model wrote into its text, in their order: JSON objects with a `name` and `arguments` (or
 * `parameters`, or `args`), bare, in a list, in a code block or between marks. Only calls of `tools` are given, so that
 * other JSON in the answer is left alone.
 *
 * For models without tools of their own; each call gets an id, by which its result finds it.
 *
 * @throws TypeError when something in `tools` is no tool.
 */
export function findToolCalls(text: string, tools: ToolList): ModelToolCall[] {
  const byName = toolsByName(tools);
  return jsonObjectsIn(text).flatMap((object) => {
    const { name, args } = callIn(object) ?? {};
    const func = name === undefined ? undefined : byName.get(name);
    return func && args ? [new ModelToolCall({ id: newId(), name: func.name, func, args })] : [];
  });
}

/** The call that an object is, or that its first value wraps. */
function callIn(object: unknown): { name: string; args: Record<string, unknown> } | undefined {
  for (let at = object; isRecord(at); at = Object.values(at)[0]) {
    const { name } = at;
    const args = [at.arguments, at.parameters, at.args].find(isRecord);
    if (typeof name === 'string' && args) return { name, args };
  }
  return undefined;
}
