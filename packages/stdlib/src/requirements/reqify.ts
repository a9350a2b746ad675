import { isComponent, type Requirement } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { req } from './req.js';

/** Text as a requirement; a requirement as it is. @throws TypeError for anything else. */
export function reqify(requirement: string | Requirement): Requirement {
  if (typeof requirement === 'string') return req(requirement);
  if (isRequirement(requirement)) return requirement;
  throw new TypeError(`A requirement must be text or a Requirement, got ${describe(requirement)}.`);
}

/** By its shape, so that a requirement of another copy of core is one too. */
function isRequirement(x: unknown): x is Requirement {
  return isComponent(x) && 'description' in x && typeof (x as Partial<Requirement>).validate === 'function';
}
