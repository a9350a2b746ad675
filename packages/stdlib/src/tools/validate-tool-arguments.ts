import type { AbstractTool, JsonSchema } from '@melliflow/core';
import { describe, log } from '@melliflow/core/implement';
import { fitArguments } from './fit-arguments.js';
import { ToolArgumentsError } from './tool-arguments-error.js';

/** How arguments are validated. */
export interface ValidateToolArgumentsOptions {
  /**
   * Whether values of another type are taken where they can be read for certain: `"5"` for 5, `"true"` for true, 5 for
   * `"5"`, JSON text for the array or object in it. Texts directly among the arguments lose the spaces around them.
   * Default true.
   */
  coerce?: boolean | undefined;
  /** Whether an issue is thrown, and an argument that the tool does not name is one. Default false. */
  strict?: boolean | undefined;
}

/**
 * The arguments of a call as the tool's parameters describe them, in their order and with their defaults. What does
 * not fit is left as it is and told to the logger, and the other arguments are made to fit all the same.
 *
 * @throws ToolArgumentsError (`tool_arguments`) when `strict` and something does not fit; it lists every issue.
 * @throws TypeError for what is no tool.
 * @example
 * validateToolArguments(weather, { days: '3' }); // { days: 3, unit: 'celsius' }
 */
export function validateToolArguments(
  tool: Pick<AbstractTool<never>, 'asJsonTool'>,
  args: Readonly<Record<string, unknown>>,
  { coerce = true, strict = false }: ValidateToolArgumentsOptions = {},
): Record<string, unknown> {
  if (typeof tool?.asJsonTool !== 'object')
    throw new TypeError(`tool must be a tool, made by tool(), got ${describe(tool)}.`);
  const { name, schema } = parametersOf(tool);
  const { value, issues } = fitArguments(args, schema, {
    coerce,
    named: strict,
    trim: coerce,
    nullIsAbsent: false,
  });
  if (issues.length > 0) {
    const error = new ToolArgumentsError(name, issues);
    if (strict) throw error;
    const paths = issues.map(({ path, wanted }) => `${path || 'arguments'}: wanted ${wanted}`);
    log('warn', `Arguments of "${name}" do not fit and are left as they are.`, { issues: paths });
  }
  return value as Record<string, unknown>;
}

/** The name of a tool and the schema of its parameters; a tool that describes none takes what comes. */
export function parametersOf({ asJsonTool }: Pick<AbstractTool<never>, 'asJsonTool'>): {
  readonly name: string;
  readonly schema: JsonSchema;
} {
  const { name = 'tool', parameters = {} } = asJsonTool?.function ?? {};
  return { name, schema: parameters };
}
