import type { GenerateOptions, OutputFormat, Requirement, SamplingStrategy } from '@melliflow/core';

/** How a component is acted on. */
export interface ActOptions extends GenerateOptions {
  /** Checked, but not shown: what the model is shown of requirements stands in the component. */
  requirements?: readonly (Requirement | string)[] | undefined;
  /**
   * Default: where there are requirements, `RejectionSamplingStrategy({ loopBudget: 2 })`, else none. Null: none, and
   * nothing is checked.
   */
  strategy?: SamplingStrategy | null | undefined;
}

/** Options with a format: the type of the answer is the schema's. */
export interface Formatted<T> {
  format: OutputFormat<T>;
}
