import { isCBlock, isComponent, type Part, type TemplateArg } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';

/**
 * The chosen fields of an object as a template may show them; texts and keys stay data.
 *
 * @throws TypeError when the object has no such field, or a value that cannot be shown; it says which field.
 */
export function shownFields(
  object: object,
  names: readonly string[],
  owner: string,
): Record<string, TemplateArg> {
  return Object.fromEntries(
    names.map((name) => {
      if (!(name in object)) throw new TypeError(`${owner} has no field "${name}"; choose others in fields.`);
      return [name, shown(Reflect.get(object, name), `${owner}.${name}`, new Set())];
    }),
  );
}

/** The parts among the chosen fields, so that thunks in them are awaited before they are shown. */
export function partsIn(value: TemplateArg): Part[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isCBlock(value) || isComponent(value)) return [value];
  return Object.values(value).flatMap(partsIn);
}

/** What is shown is read by a model: nothing that helps it lies deeper. */
const DEEPEST = 100;

function shown(value: unknown, path: string, around: Set<unknown>): TemplateArg {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object') throw unshown(value, path);
  if (isCBlock(value) || isComponent(value)) return value;
  if (around.has(value) || around.size === DEEPEST)
    throw new TypeError(
      `${path} contains itself, or is nested too deeply; leave it out, or show it by a method.`,
    );
  around.add(value);
  const made = shownObject(value, path, around);
  around.delete(value);
  return made;
}

function shownObject(value: object, path: string, around: Set<unknown>): TemplateArg {
  if (Array.isArray(value) || value instanceof Set)
    return [...value].map((item, i) => shown(item, `${path}[${i}]`, around));
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return shown(toJSON.call(value), path, around);
  const entries: Iterable<[unknown, unknown]> = value instanceof Map ? value : entriesOf(value, path);
  return Object.fromEntries(
    [...entries].map(([key, item]) => [String(key), shown(item, `${path}.${String(key)}`, around)]),
  );
}

function entriesOf(value: object, path: string): [string, unknown][] {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw unshown(value, path);
  return Object.entries(value);
}

function unshown(value: unknown, path: string): TypeError {
  return new TypeError(
    `${path} is ${describe(value)}, which cannot be shown: mify it too, give it toJSON(), or leave it out.`,
  );
}
