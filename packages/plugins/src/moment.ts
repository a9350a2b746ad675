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

/** A frozen copy. What the program goes on with is copied too where it is a list or a record of options. */
function shownOf(type: HookType, payload: object): object {
  const shown: Record<string, unknown> = { ...payload };
  for (const field of copiedFields[type] ?? []) shown[field] = frozenCopy(shown[field]);
  return Object.freeze(shown);
}

function frozenCopy(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze([...value]);
  return typeof value === 'object' && value !== null ? Object.freeze({ ...value }) : value;
}
