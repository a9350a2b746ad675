import type { HookContext, HookPayloads, HookType } from '@melliflow/core';
import { copiedFields, writableFields } from './policies.js';

/** One firing of a hook, and how far it has come. */
export interface Moment {
  readonly type: HookType;
  /** As the plugins so far leave it; none of them sees this object. */
  payload: object;
  /** The frozen payload that the next plugin sees. */
  shown: object;
  readonly context: HookContext;
  /** The time limits that still run. */
  readonly timers: Set<ReturnType<typeof setTimeout>>;
}

/** The moment before the first plugin is told. */
export function newMoment<T extends HookType>(
  type: T,
  payload: HookPayloads[T],
  context: HookContext,
): Moment {
  return { type, payload, shown: shownOf(type, payload), context: Object.freeze(context), timers: new Set() };
}

/** Takes over changes of writable fields, and gives the names of the others. A field without change is none. */
export function change(moment: Moment, changes: Readonly<Record<string, unknown>>): string[] {
  const before = moment.shown as Readonly<Record<string, unknown>>;
  const changed = Object.entries(changes).filter(
    ([field, value]) => value !== undefined && !Object.is(value, before[field]),
  );
  const writable: readonly string[] = writableFields[moment.type];
  const taken = changed.filter(([field]) => writable.includes(field));
  if (taken.length > 0) {
    moment.payload = { ...moment.payload, ...Object.fromEntries(taken) };
    moment.shown = shownOf(moment.type, moment.payload);
  }
  return changed.map(([field]) => field).filter((field) => !writable.includes(field));
}

/** A frozen copy. What the program goes on with is copied too where it is a list or a record. */
function shownOf(type: HookType, payload: object): object {
  const shown: Record<string, unknown> = { ...payload };
  for (const field of copiedFields[type] ?? []) shown[field] = frozenCopy(shown[field]);
  return Object.freeze(shown);
}

/** Lists and records down to their last level; instances of classes are the program's own. */
function frozenCopy(value: unknown, copies: Map<object, object> = new Map()): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known) return known;
  const copy: object = Array.isArray(value) ? [...value] : { ...value };
  copies.set(value, copy);
  for (const [name, own] of Object.entries(copy))
    if (isPlain(own)) Reflect.set(copy, name, frozenCopy(own, copies));
  return Object.freeze(copy);
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
