import type { ModelOutputThunk, SampleOptions } from '@melliflow/core';

/** Told of each output that a run got or lost on its way: its tokens are paid for, also when the run then fails. */
export type RunWitness = (output: ModelOutputThunk<unknown>) => void;

const WITNESS: symbol = Symbol.for('@melliflow/stdlib/run-witness');

/** Options that our strategies tell `witness` by; others do not look at it. */
export function witnessedBy<O extends SampleOptions>(witness: RunWitness, options: O): O {
  return { ...options, [WITNESS]: witness };
}

/** Who is told of a run; undefined when nobody is. */
export function witnessOf(options: SampleOptions): RunWitness | undefined {
  return Reflect.get(options, WITNESS);
}
