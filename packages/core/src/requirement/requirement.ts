import type { Backend } from '../backend/backend.js';
import type { GenerateOptions } from '../backend/generate-options.js';
import type { CBlock } from '../content/cblock.js';
import { Component, type Part } from '../content/component.js';
import type { TemplateRepresentation } from '../content/template-representation.js';
import type { Context } from '../context/context.js';
import { describe, isPlainObject } from '../internal/describe.js';
import { supportedBackend } from '../internal/supported-backend.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';
import { defaultOutputToBool } from './default-output-to-bool.js';
import { PartialValidationResult } from './partial-validation-result.js';
import { RequirementCheck } from './requirement-check.js';
import { ValidationResult } from './validation-result.js';

/** Checks a finished output; the context ends with it. */
export type ValidationFn = (ctx: Context) => ValidationResult | boolean | Promise<ValidationResult | boolean>;

/** How a requirement is checked. */
export interface RequirementInit {
  /** Checks the output in code. Without it a model is asked. */
  validationFn?: ValidationFn | null | undefined;
  /** Reads the judge's answer. Default: `defaultOutputToBool`. */
  outputToBool?: ((x: CBlock | string) => boolean) | undefined;
  /** Checked, but not shown to the model that writes, unless a repair names it. */
  checkOnly?: boolean | undefined;
}

/** What a chunk is checked with. */
export interface StreamValidationIo {
  backend: Backend;
  /** The context with the action, without the unfinished output (contract 6.2). */
  ctx: Context;
  /** Aborts when the verdict is no longer wanted. */
  signal: AbortSignal;
}

/**
 * Something that an output must satisfy: shown to the model that writes, and checked afterwards, by code or by
 * a model as judge. Subclasses with state between chunks keep it in own fields: `clone()` starts each attempt.
 */
export class Requirement extends Component<string> {
  description: string | null;
  validationFn: ValidationFn | null;
  outputToBool: (x: CBlock | string) => boolean;
  checkOnly: boolean;

  constructor(description: string | null = null, init: RequirementInit = {}) {
    super();
    this.description = description;
    this.validationFn = init.validationFn ?? null;
    this.outputToBool = init.outputToBool ?? defaultOutputToBool;
    this.checkOnly = init.checkOnly ?? false;
  }

  parts(): readonly Part[] {
    return [];
  }

  /** The description, as the model that writes sees it. */
  formatForLlm(): TemplateRepresentation | string {
    return this.description ?? '';
  }

  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }

  /**
   * The verdict on the last output of `ctx`, by `validationFn`, else by asking `backend`. A requirement that only
   * checks chunks, without a description to judge by, has nothing left to check then: it passes.
   *
   * @throws TypeError when a judge is needed and there is no output or no description, or when `validationFn`
   * gives neither a boolean nor a `ValidationResult`.
   */
  async validate(backend: Backend, ctx: Context, options: GenerateOptions = {}): Promise<ValidationResult> {
    if (this.validationFn === null) {
      if (this.description === null && checksChunks(this)) return new ValidationResult(true);
      return this.askJudge(backend, ctx, options);
    }
    const verdict = await this.validationFn(ctx);
    if (typeof verdict === 'boolean') return new ValidationResult(verdict);
    if (typeof verdict?.asBool === 'function') return verdict;
    throw new TypeError(`validationFn must give a boolean or a ValidationResult, got ${describe(verdict)}.`);
  }

  /** The verdict on the next chunk of an unfinished output. Default: `unknown`. */
  streamValidate(
    _chunk: string,
    _io: StreamValidationIo,
  ): PartialValidationResult | Promise<PartialValidationResult> {
    return new PartialValidationResult('unknown');
  }

  /**
   * The same requirement for one attempt: own fields that are arrays, Maps, Sets or plain objects are copied one
   * level deep. A class with `#private` fields overrides it, since no copy has those.
   */
  clone(): this {
    const copy = Object.create(Object.getPrototypeOf(this));
    for (const key of Reflect.ownKeys(this)) copy[key] = copiedOneLevel(Reflect.get(this, key));
    return copy;
  }

  /** Asks a model for the verdict, whether or not there is a `validationFn`. */
  async askJudge(backend: Backend, ctx: Context, options: GenerateOptions = {}): Promise<ValidationResult> {
    const output = ctx.lastOutput();
    if (output === null) throw new TypeError('The last entries of the context hold no output to validate.');
    if (this.description === null)
      throw new TypeError('A requirement without validationFn needs a description.');
    const check = new RequirementCheck(this.description, await output.avalue());
    const [thunk, context] = await supportedBackend(backend).generateFromContext(check, ctx, options);
    const reason = await thunk.avalue();
    return new ValidationResult(this.outputToBool(thunk), { reason, thunk, context });
  }
}

function checksChunks(requirement: Requirement): boolean {
  return requirement.streamValidate !== Requirement.prototype.streamValidate;
}

function copiedOneLevel(value: unknown): unknown {
  if (Array.isArray(value)) return [...value];
  if (value instanceof Map) return new Map(value);
  if (value instanceof Set) return new Set(value);
  return isPlainObject(value) ? { ...value } : value;
}
