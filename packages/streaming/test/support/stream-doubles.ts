import {
  Context,
  type Part,
  PartialValidationResult,
  type PartialVerdict,
  Requirement,
} from '@melliflow/core';

/** A context that shows everything. */
export class PlainContext extends Context {
  viewForGeneration(): Part[] | null {
    return this.asList();
  }
}

/** Fails the first chunk that contains the word; records what it was shown. */
export class Forbids extends Requirement {
  readonly word: string;
  seen: string[] = [];
  constructor(word: string) {
    super(`Do not say ${word}.`, { validationFn: () => true });
    this.word = word;
  }
  override streamValidate(chunk: string): PartialValidationResult {
    this.seen.push(chunk);
    const verdict: PartialVerdict = chunk.includes(this.word) ? 'fail' : 'unknown';
    return new PartialValidationResult(verdict, { reason: `said ${this.word}` });
  }
}

/** Lets everything that can run without I/O run. */
export async function drain(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It did not fail.');
}

/** A promise whose end the test gives. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

export function deferred<T = void>(): Deferred<T> {
  let resolve: Deferred<T>['resolve'] = () => undefined;
  let reject: Deferred<T>['reject'] = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
