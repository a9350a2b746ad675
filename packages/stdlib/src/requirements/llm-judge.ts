import {
  type Backend,
  type Context,
  defaultOutputToBool,
  type GenerateOptions,
  type ModelOptions,
  Requirement,
  type RequirementInit,
  type ValidationResult,
} from '@melliflow/core';
import { mergeModelOptions } from '@melliflow/core/implement';
import { strictOutputToBool } from './strict-output-to-bool.js';

/** Who judges, and how. */
export interface LlmJudgeInit extends Pick<RequirementInit, 'outputToBool' | 'checkOnly'> {
  /** The judge. Default: whoever the call asks. A backend of its own is not given the options of the call. */
  backend?: Backend | undefined;
  /** The judge's options; they win over those of the call. */
  modelOptions?: ModelOptions | undefined;
  /** Whether its answer is read by `strictOutputToBool`. Default false: by `defaultOutputToBool`. */
  strict?: boolean | undefined;
}

/** A requirement that a model judges, with a backend and options of its own. */
export class LlmJudge extends Requirement {
  readonly backend: Backend | null;
  readonly modelOptions: ModelOptions;

  constructor(description: string, init: LlmJudgeInit = {}) {
    const { outputToBool = init.strict ? strictOutputToBool : defaultOutputToBool, checkOnly } = init;
    super(description, { outputToBool, checkOnly });
    this.backend = init.backend ?? null;
    this.modelOptions = init.modelOptions ?? {};
  }

  /** The judge's verdict on the last output of `ctx`; its whole answer is the reason. */
  override async validate(
    backend: Backend,
    ctx: Context,
    options: GenerateOptions = {},
  ): Promise<ValidationResult> {
    const given = this.backend ? {} : (options.modelOptions ?? {});
    const modelOptions = mergeModelOptions(given, this.modelOptions);
    return this.askJudge(this.backend ?? backend, ctx, { ...options, modelOptions });
  }

  /** What `JSON.stringify` shows: not the backend, which may hold credentials. */
  toJSON(): Record<string, unknown> {
    return { description: this.description, checkOnly: this.checkOnly };
  }
}

/**
 * A requirement that a model judges, perhaps another one than writes.
 *
 * @example
 * judge('be polite', { backend: large, modelOptions: { temperature: 0 }, strict: true });
 */
export function judge(description: string, init: LlmJudgeInit = {}): LlmJudge {
  return new LlmJudge(description, init);
}
