import { AbstractTool, type JsonTool, type ModelToolCall } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { fitArguments } from './fit-arguments.js';
import { ToolArgumentsError } from './tool-arguments-error.js';
import {
  type PlainToolParameters,
  type ReadParameters,
  readParameters,
  standardIssues,
  type ToolParameters,
} from './tool-parameters.js';

/** What a tool may know of the call that runs it. */
export interface ToolIo {
  /** Aborts when nobody waits for the result any more. */
  readonly signal: AbortSignal;
  /** The call; null when a program runs the tool by itself. */
  readonly call: ModelToolCall | null;
}

/** What a tool is made of. */
export interface ToolInit<P, A, R> {
  /** By which the model calls it: up to 64 letters, digits, `_` and `-`, which is what all providers take. */
  name: string;
  /** When to call it and what it gives, for the model. */
  description?: string | undefined;
  /** The arguments: a schema of zod 4.2+, ArkType or Valibot, or plain JSON Schema. */
  parameters: P;
  /** Gets the arguments after they were made to fit `parameters`. What it throws is told to the model. */
  execute: (args: A, io: ToolIo) => R | Promise<R>;
}

/** A tool that checks its arguments before it runs; made by `tool()`. */
export class Tool<I = Record<string, unknown>, R = unknown> extends AbstractTool<I, R> {
  readonly name: string;
  readonly asJsonTool: JsonTool;
  /** @internal */
  readonly _parameters: ReadParameters;
  /** @internal */
  readonly _execute: (args: never, io: ToolIo) => unknown;

  /** @throws TypeError when a value is not what its name says. */
  constructor({ name, description, parameters, execute }: ToolInit<unknown, never, R>) {
    super();
    if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) {
      throw new TypeError(
        `The name of a tool must be 1 to 64 letters, digits, "_" or "-", got ${describe(name)}: providers refuse others.`,
      );
    }
    if (typeof execute !== 'function') {
      throw new TypeError(`execute of the tool "${name}" must be a function, got ${describe(execute)}.`);
    }
    this.name = name;
    this._parameters = readParameters(parameters, name);
    this._execute = execute;
    this.asJsonTool = {
      type: 'function',
      function: {
        name,
        ...(description !== undefined && { description }),
        parameters: this._parameters.schema,
      },
    };
  }

  /**
   * Runs the tool with arguments that were made to fit: values are coerced where they can be read for certain, absent
   * ones get their defaults, and null stands for an optional one that is left out.
   *
   * @throws ToolArgumentsError (`tool_arguments`) when they do not fit; it lists every issue.
   */
  async run(args: I, io: ToolIo = { signal: new AbortController().signal, call: null }): Promise<R> {
    const fitting = await fittingArguments(this, args);
    io.signal.throwIfAborted();
    return (await this._execute(fitting as never, io)) as R;
  }
}

/**
 * Something that a model may ask to be called, from a function and the schema of its arguments.
 *
 * @throws TypeError when a value is not what its name says.
 * @example
 * const weather = tool({
 *   name: 'weather',
 *   description: 'The weather of a city today.',
 *   parameters: z.object({ city: z.string() }),
 *   execute: async ({ city }) => forecast(city),
 * });
 */
export function tool<I, A, R>(init: ToolInit<ToolParameters<I, A>, A, R>): Tool<I, R>;
export function tool<R>(
  init: ToolInit<PlainToolParameters, Record<string, unknown>, R>,
): Tool<Record<string, unknown>, R>;
export function tool(init: ToolInit<unknown, never, unknown>): Tool<never> {
  return new Tool(init);
}

async function fittingArguments<I>({ name, _parameters }: Tool<I, unknown>, args: unknown): Promise<unknown> {
  const { schema, standard } = _parameters;
  const fit = fitArguments(args, schema, { coerce: true, named: false, trim: false, nullIsAbsent: true });
  if (fit.issues.length > 0) throw new ToolArgumentsError(name, fit.issues);
  if (standard === null) return fit.value;
  const result = await standard.validate(fit.value);
  if (result.issues) throw new ToolArgumentsError(name, standardIssues(result.issues, fit.value));
  return result.value;
}
