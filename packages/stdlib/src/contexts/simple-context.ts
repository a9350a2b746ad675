import { Context, type Part } from '@melliflow/core';

/** Remembers everything and shows a model nothing of it: every call stands alone. */
export class SimpleContext extends Context {
  viewForGeneration(): Part[] {
    return [];
  }
}
