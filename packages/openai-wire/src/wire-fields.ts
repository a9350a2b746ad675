import type { GenerationWarning } from '@melliflow/core';

/** Fields of a request's body. */
export type WireFields = Record<string, unknown>;

/** What the wire is told, and what it cannot be told. */
export interface WireOptions {
  readonly fields: WireFields;
  readonly warnings: readonly GenerationWarning[];
}
