import type { OutputFormat, StandardSchemaV1 } from '@melliflow/core';
import type { ReplayLog } from '@melliflow/core/implement';
import { JsonReader } from './json-reader.js';

/** A value of which parts may be missing yet. */
export type DeepPartial<T> = T extends readonly (infer Item)[]
  ? DeepPartial<Item>[]
  : T extends object
    ? { [Key in keyof T]?: DeepPartial<T[Key]> | undefined }
    : T;

/** What an array is made of. */
export type ItemOf<T> = T extends readonly (infer Item)[] ? Item : unknown;

/** Reads a log by a generator that can be left while it waits: one alone would hold its reader until more comes. */
export function readBy<T, Item>(
  log: ReplayLog<T>,
  read: (pieces: AsyncIterable<T>) => AsyncGenerator<Item, void, undefined>,
): AsyncIterableIterator<Item> {
  const pieces = log.read();
  const items = read(pieces);
  return {
    next: async () => (await items.next()) as IteratorResult<Item, undefined>,
    return: async () => {
      await pieces.return?.();
      await items.return();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The value so far after each piece that changed it: one object, which grows. */
export async function* readPartials<T>(
  pieces: AsyncIterable<string>,
): AsyncGenerator<DeepPartial<T>, void, undefined> {
  const reader = new JsonReader();
  for await (const piece of pieces) {
    const { changes } = reader;
    reader.write(piece);
    if (reader.changes > changes) yield reader.value as DeepPartial<T>;
  }
  const { changes } = reader;
  reader.end();
  if (reader.changes > changes) yield reader.value as DeepPartial<T>;
}

/** Each item of the array, once, when it is complete and fits the format. */
export async function* readItems<T>(
  pieces: AsyncIterable<string>,
  format: OutputFormat,
  key: string | null,
): AsyncGenerator<T, void, undefined> {
  let complete: unknown[] = [];
  const reader = new JsonReader({ key, onItem: (item) => complete.push(item) });
  for await (const piece of pieces) {
    reader.write(piece);
    if (complete.length === 0) continue;
    const items = complete;
    complete = [];
    for (const item of items) {
      const read = await readItem(item, format, key);
      if (read) yield read.value as T;
    }
  }
}

/**
 * The item as the format reads it; null when it does not fit. A schema has no door to a part of it, so it is shown
 * the item alone in its array: what it says of the item counts, what it misses around it does not.
 */
async function readItem(
  item: unknown,
  format: OutputFormat,
  key: string | null,
): Promise<{ value: unknown } | null> {
  if (!('~standard' in format)) return { value: item };
  const { validate } = (format as StandardSchemaV1)['~standard'];
  const result = await validate(key === null ? [item] : { [key]: [item] });
  if (!result.issues) {
    const whole = result.value as Record<string, unknown>;
    const items = (key === null ? whole : whole[key]) as readonly unknown[];
    return { value: items[0] };
  }
  const way = key === null ? ['0'] : [key, '0'];
  const isBad = result.issues.some(({ path = [] }) =>
    way.every((step, at) => String(stepOf(path[at])) === step),
  );
  return isBad ? null : { value: item };
}

function stepOf(step: PropertyKey | { readonly key: PropertyKey } | undefined): PropertyKey | undefined {
  return typeof step === 'object' ? step.key : step;
}
