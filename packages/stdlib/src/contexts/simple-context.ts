import { Context, type Part } from '@melliflow/core';

/** Known across copies of this package. */
const SIMPLE = Symbol.for('@melliflow/stdlib/simple-context');

/** Remembers everything and shows a model nothing of it: every call stands alone. */
export class SimpleContext extends Context {
  viewForGeneration(): Part[] {
    return [];
  }

  /** @internal */
  get [SIMPLE](): true {
    return true;
  }
}

/** Whether calls in this context stand alone, also when another copy of this package made it. */
export function isSimpleContext(ctx: Context): boolean {
  return SIMPLE in ctx;
}
