import { AssertionError, strict as assert } from 'node:assert';
import { BackendError, MelliflowError } from '@melliflow/core';

/** What `work` rejects with. */
export async function rejection(work: Promise<unknown>, what: string): Promise<unknown> {
  let value: unknown;
  try {
    value = await work;
  } catch (error) {
    return error;
  }
  const got = typeof value === 'string' ? `"${value.slice(0, 80)}"` : typeof value;
  throw new AssertionError({ message: `${what} must reject, but resolved with ${got}` });
}

interface ErrorClass<E> {
  readonly name: string;
  readonly prototype: E;
  is(error: unknown): boolean;
}

/** Throws unless `error` is of one of the classes. */
export function assertIs<E extends MelliflowError>(
  error: unknown,
  ...classes: readonly ErrorClass<E>[]
): asserts error is E {
  const names = classes.map(({ prototype }) => prototype.name).join(' or ');
  assert.ok(
    classes.some((one) => one.is(error)),
    `the error must be ${names}, got ${textOf(error)}`,
  );
}

/** Throws unless `error` is a BackendError. */
export function assertBackendError(error: unknown): asserts error is BackendError {
  assertIs(error, BackendError);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return `${error.name}: ${error.message}${MelliflowError.is(error) ? ` (${error.code})` : ''}`;
}

/**
 * Half of the grace period of a cancel: what closes later was let go, not closed. A healthy close takes a few
 * milliseconds; how many is a question for a benchmark, not for a law that must hold on a busy machine.
 */
const soonMs = 500;

/** Throws unless the connection closed soon after `startedAt`, a `performance.now()`. */
export function assertSoon(closedAt: number, startedAt: number): void {
  const tookMs = Math.round(closedAt - startedAt);
  assert.ok(tookMs < soonMs, `the connection must close within ${soonMs} ms, it took ${tookMs} ms`);
}

/** All items of an iterable, and the error that ended it. */
export async function readAll<T>(source: AsyncIterable<T>): Promise<{ items: T[]; error: unknown }> {
  const items: T[] = [];
  try {
    for await (const item of source) items.push(item);
  } catch (error) {
    return { items, error };
  }
  return { items, error: undefined };
}
