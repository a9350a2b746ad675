import { type ComponentLike, ComponentParseError, isComponent, type Part } from '@melliflow/core';
import { textOf } from '@melliflow/core/implement';
import type { Generated } from './generate-attempt.js';

/**
 * The output as the action of the call reads it, whatever was asked instead of it in a repair: so that all attempts
 * are of one type.
 */
export async function readAsAsked<S>(asked: Part, generated: Generated<S>): Promise<Generated<S>> {
  const { result, parseError } = generated;
  if (parseError) return generated;
  try {
    result.parsedRepr = (isComponent(asked) ? await parsed(asked, generated) : result.value) as S;
    return generated;
  } catch (cause) {
    result.parsedRepr = null;
    if (ComponentParseError.is(cause)) return { ...generated, parseError: cause };
    const message = `The component could not read the output: ${textOf(cause)}`;
    return { ...generated, parseError: new ComponentParseError(message, { cause }) };
  }
}

async function parsed<S>(asked: ComponentLike, { result }: Generated<S>): Promise<unknown> {
  const value = await asked.parse(result as never);
  if (value !== null && value !== undefined) return value;
  throw new ComponentParseError(`parse() of the component gave ${String(value)}; it must give a value.`);
}
