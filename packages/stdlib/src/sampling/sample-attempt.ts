import type {
  ComponentParseError,
  ComputedModelOutputThunk,
  Context,
  Part,
  Requirement,
  ValidationResult,
} from '@melliflow/core';

/** What is asked next, and in which context. */
export interface SampleStep {
  readonly action: Part;
  readonly ctx: Context;
}

/** One attempt of a run: what was asked, what came, and how it was judged. */
export interface SampleAttempt<S = unknown> extends SampleStep {
  /** From 0. */
  readonly index: number;
  /** The output; its `generation.usage` is this attempt's. Its `parsedRepr` is null when it could not be read. */
  readonly result: ComputedModelOutputThunk<S>;
  /** The context after the output. */
  readonly resultCtx: Context;
  /** The verdict of each requirement; a single failed one when the output could not be read. */
  readonly validations: readonly (readonly [Requirement, ValidationResult])[];
  /** Whether it is what was asked for. */
  readonly success: boolean;
  /** Why the output could not be read as its format or component wants; null when it could. */
  readonly parseError: ComponentParseError | null;
}
