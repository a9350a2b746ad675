import { Context, type Part } from '@melliflow/core';

/** Shows nothing. */
export class NoContext extends Context {
  viewForGeneration(): Part[] {
    return [];
  }
}
