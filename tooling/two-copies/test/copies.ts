import * as firstCore from '@melliflow/core';
import * as firstImplement from '@melliflow/core/implement';
import * as firstFormatter from '@melliflow/formatter';
import * as firstPlugins from '@melliflow/plugins';
import * as firstStdlib from '@melliflow/stdlib';
import * as firstStreaming from '@melliflow/streaming';
import * as firstTesting from '@melliflow/testing';
import { afterAll } from 'vitest';
import { SecondCopy } from '../src/second-copy.js';

/** The packages that meet, from one of the copies. */
export interface Copy {
  readonly core: typeof firstCore;
  readonly implement: typeof firstImplement;
  readonly formatter: typeof firstFormatter;
  readonly plugins: typeof firstPlugins;
  readonly stdlib: typeof firstStdlib;
  readonly streaming: typeof firstStreaming;
  readonly testing: typeof firstTesting;
}

/** What the tests themselves import. */
export const here: Copy = {
  core: firstCore,
  implement: firstImplement,
  formatter: firstFormatter,
  plugins: firstPlugins,
  stdlib: firstStdlib,
  streaming: firstStreaming,
  testing: firstTesting,
};

export const second: SecondCopy = new SecondCopy();
afterAll(() => second.remove());

/** The same from the second copy. */
export const there: Copy = {
  core: await second.import('@melliflow/core'),
  implement: await second.import('@melliflow/core/implement'),
  formatter: await second.import('@melliflow/formatter'),
  plugins: await second.import('@melliflow/plugins'),
  stdlib: await second.import('@melliflow/stdlib'),
  streaming: await second.import('@melliflow/streaming'),
  testing: await second.import('@melliflow/testing'),
};

/** Both ways: the values of `theirs` in the functions of `ours`. */
export const pairs: readonly [string, Copy, Copy][] = [
  ['the second in the first', here, there],
  ['the first in the second', there, here],
];

/** The error of a promise. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    (value) => Promise.reject(new Error(`It resolved with ${String(value)}.`)),
    (error: Error) => error,
  );
}
