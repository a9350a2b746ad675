import type { Backend } from '../backend/backend.js';
import type { GenerateOptions } from '../backend/generate-options.js';
import type { CBlock } from '../content/cblock.js';
import type { ComponentLike } from '../content/component.js';
import type { Context } from '../context/context.js';
import type { Requirement } from '../requirement/requirement.js';
import type { SamplingResult } from './sampling-result.js';

/** What a run is given beside the call's own options. */
export interface SampleOptions extends GenerateOptions {
  requirements?: readonly Requirement[] | undefined;
  /** The context in which outputs are judged. Default: the one they were generated in. */
  validationCtx?: Context | undefined;
}

/** Generates, validates and tries again, until an output meets its requirements or the budget is used up. */
export abstract class SamplingStrategy {
  abstract sample<S = string>(
    action: ComponentLike<S> | CBlock | string,
    ctx: Context,
    backend: Backend,
    options?: SampleOptions,
  ): Promise<SamplingResult<S>>;
}
