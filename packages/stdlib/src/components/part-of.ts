import { CBlock, isCBlock, isComponent, type Part } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';

/** Text as a block, parts as they are. @throws TypeError for anything else; it says which `field`. */
export function partOf(value: string | Part, field: string): Part {
  if (typeof value === 'string') return new CBlock(value);
  if (isCBlock(value) || isComponent(value)) return value;
  throw new TypeError(`${field} must be text, a block or a component, got ${describe(value)}.`);
}
