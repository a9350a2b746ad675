import type { ModelToolCall, Requirement } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { outputRequirement, type ReadyRequirementInit } from './output-requirement.js';
import type { SimpleVerdict } from './simple-validate.js';
import { callsOf, type ToolOrName, toolName } from './uses-tool.js';

/** How much of an argument a reason shows. */
const SHOWN = 200;

/**
 * An argument of a tool call is as it should be. With a tool, it must be called with that argument, and every call of
 * it must hold; with null, every call that has the argument must, and there must be one.
 *
 * @throws TypeError for what is no tool, name or function.
 *
 * @example
 * toolArgValidator('ask for a city', weather, 'city', (city) => city !== '');
 */
export function toolArgValidator(
  description: string,
  tool: ToolOrName | null,
  argName: string,
  check: (value: unknown) => SimpleVerdict | Promise<SimpleVerdict>,
  init: Pick<ReadyRequirementInit, 'checkOnly'> = {},
): Requirement {
  const name = tool === null ? null : toolName(tool);
  if (typeof check !== 'function') throw new TypeError(`check must be a function, got ${describe(check)}.`);
  return outputRequirement(description, init, async (output) => {
    const calls = callsOf(output).filter((call) => name === null || call.name === name);
    if (calls.length === 0)
      return [false, name === null ? 'no tool was called' : `the tool ${name} was not called`];
    for (const call of calls) {
      const verdict = await verdictOn(call, argName, check, name !== null);
      if (verdict !== true) return verdict;
    }
    return true;
  });
}

async function verdictOn(
  { name, args }: ModelToolCall,
  argName: string,
  check: (value: unknown) => SimpleVerdict | Promise<SimpleVerdict>,
  isNeeded: boolean,
): Promise<true | [false, string]> {
  if (!Object.hasOwn(args, argName))
    return isNeeded ? [false, `${name} was called without ${argName}`] : true;
  const value = args[argName];
  const verdict = await check(value);
  const [holds, why] = typeof verdict === 'boolean' ? [verdict, ''] : verdict;
  return holds ? true : [false, `${name}.${argName} is ${shown(value)}${why && `: ${why}`}`];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
