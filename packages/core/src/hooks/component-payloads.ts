import type { ModelOptions } from '../backend/model-options.js';
import type { OutputFormat } from '../backend/output-format.js';
import type { Part } from '../content/component.js';
import type { Context } from '../context/context.js';
import type { Requirement } from '../requirement/requirement.js';
import type { SamplingResult } from '../sampling/sampling-result.js';
import type { SamplingStrategy } from '../sampling/sampling-strategy.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';

/** Before a component is acted on. Writable: all but `componentType`, `action` and `context`. */
export interface ComponentPreExecutePayload {
  readonly componentType: string;
  readonly action: Part;
  readonly context: Context;
  readonly requirements: readonly Requirement[];
  readonly modelOptions: ModelOptions;
  readonly format: OutputFormat | null;
  readonly strategy: SamplingStrategy | null;
  readonly toolCallsEnabled: boolean;
}

export interface ComponentPostSuccessPayload {
  readonly componentType: string;
  readonly action: Part;
  readonly result: ModelOutputThunk<unknown>;
  readonly contextBefore: Context;
  readonly contextAfter: Context;
  readonly samplingResult: SamplingResult<unknown> | null;
  readonly latencyMs: number;
}

export interface ComponentPostErrorPayload {
  readonly componentType: string;
  readonly action: Part;
  readonly error: Error;
  /** `error.name`. */
  readonly errorType: string;
  readonly context: Context;
  readonly modelOptions: ModelOptions;
  readonly latencyMs: number;
}
