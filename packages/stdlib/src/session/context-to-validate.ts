import { blockify, type Context, isModelOutputThunk, ModelOutputThunk } from '@melliflow/core';
import { SimpleContext } from '../contexts/simple-context.js';
import type { ValidateOptions } from './verb-options.js';

/**
 * Where validators find the output that is given, else the last one of the past: it is computed, and a judge is shown
 * nothing but its own question.
 *
 * @throws TypeError for an `input` without `output`.
 */
export async function contextToValidate(
  given: Pick<ValidateOptions, 'output' | 'input'>,
  past: () => Promise<Context>,
): Promise<Context> {
  const ctx = contextOf(given) ?? (await past());
  const output = ctx.lastOutput();
  if (output && !output.isComputed()) await output.avalue();
  const { previousNode, nodeData } = ctx;
  return previousNode && nodeData ? SimpleContext.fromPrevious(previousNode, nodeData) : ctx;
}

/** A context for an output that no session made; null when none is given. */
function contextOf({ output, input }: Pick<ValidateOptions, 'output' | 'input'>): Context | null {
  if (output === undefined && input === undefined) return null;
  if (output === undefined)
    throw new TypeError('validate: input belongs to an output; give that as `output`.');
  const thunk = isModelOutputThunk(output) ? output : ModelOutputThunk.computed(output as string);
  const asked = input === undefined ? new SimpleContext() : new SimpleContext().add(blockify(input));
  return asked.add(thunk);
}
