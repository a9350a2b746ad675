import type { Part, TemplateRepresentation } from '@melliflow/core';
import { MifiedObject } from './mified-object.js';
import type { MifyOptions } from './mify.js';
import { MObject } from './mobject.js';

type AnyClass = new (...args: unknown[]) => object;

const members = [
  'parts',
  'formatForLlm',
  'parse',
  'parseOutput',
  'getQueryObject',
  'getTransformObject',
] as const;

/** A subclass whose instances are components; each stands for itself. */
export function mifiedClass(type: AnyClass, options: MifyOptions<object>): AnyClass {
  const taken = members.find((member) => member in type.prototype);
  if (taken !== undefined) {
    throw new TypeError(
      `The class ${type.name} has its own "${taken}"; mify its objects one by one instead.`,
    );
  }
  const shownAs = new WeakMap<object, MifiedObject<object>>();
  const shown = (instance: object): MifiedObject<object> => {
    const known = shownAs.get(instance) ?? new MifiedObject(instance, options);
    shownAs.set(instance, known);
    return known;
  };
  const mified = class extends type {
    parts(): readonly Part[] {
      return shown(this).parts();
    }

    formatForLlm(): TemplateRepresentation {
      return { ...shown(this).formatForLlm(), obj: this };
    }
  };
  Object.defineProperty(mified, 'name', { value: type.name });
  for (const member of members.slice(2))
    Object.defineProperty(mified.prototype, member, {
      value: Reflect.get(MObject.prototype, member),
      configurable: true,
      writable: true,
    });
  return mified;
}
