import { Context, type Part } from '@melliflow/core';

/** Shows a model nothing of the past. The standard library rests on this package, so its contexts are not at hand. */
export class PlainContext extends Context {
  viewForGeneration(): Part[] {
    return [];
  }
}
