/// <reference lib="esnext.disposable" preserve="true" />
import type {
  Backend,
  BackendCapabilities,
  BackendError,
  ContextCall,
  GenerationEvent,
  MelliflowError,
  ModelOptions,
  RawCall,
  RawItem,
  Requirement,
} from '@melliflow/core';
import { requireBackend, requireFunction, wrongSetting } from '../setting-checks.js';
import { identityOf } from '../what-is-sent.js';
import { disposeOf, WrappingBackend } from '../wrapping-backend.js';
import { firstToAnswer } from './first-to-answer.js';
import { firstToPass } from './first-to-pass.js';
import { isOutage } from './is-outage.js';
import type { FallbackInfo, FallbackPlan } from './plan.js';
import { rawFallback } from './raw-fallback.js';
import { ownOptions, sharedCapabilities, sharedOptions } from './shared-settings.js';

/** When the next backend is asked. */
export interface FallbackOptions {
  /** Whether a failure before the first output is answered by asking the next one. Default: `isOutage`. */
  on?: ((error: MelliflowError, info: FallbackInfo) => boolean) | undefined;
  /**
   * What a whole answer must meet; if it does not, the next one is asked. Nothing is told before that is known, so
   * the fallback does not stream then. A format must fit too.
   */
  requirements?: readonly Requirement[] | undefined;
  /** Whether it is an error when no answer meets them; else the last answer is given with a warning. Default false. */
  mustPass?: boolean | undefined;
  /** Judges where a requirement has no function. Default: the backend that answered. */
  validationBackend?: Backend | undefined;
}

/** Backends of which the first that answers counts. Made by `fallback`. */
export class FallbackBackend extends WrappingBackend {
  override readonly capabilities: BackendCapabilities;
  override readonly modelOptions: ModelOptions;
  override readonly maxConcurrency: number;
  /** In the order in which they are asked. */
  readonly backends: readonly Backend[];
  /** @internal */
  readonly _plan: FallbackPlan;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(backends: readonly Backend[], options: FallbackOptions = {}) {
    const all = checked(backends, options);
    super(all[0] as Backend);
    const { requirements = [], validationBackend: judge } = options;
    this.backends = all;
    this.modelOptions = sharedOptions(all);
    this.maxConcurrency = Math.min(...all.map(({ maxConcurrency }) => maxConcurrency));
    const capabilities = sharedCapabilities(all);
    this.capabilities = requirements.length > 0 ? { ...capabilities, streaming: false } : capabilities;
    this._plan = {
      backends: all,
      shared: this.modelOptions,
      movesOn: options.on ?? isOutage,
      requirements,
      mustPass: options.mustPass ?? false,
      judge: judge === undefined ? null : requireBackend('fallback', 'validationBackend', judge),
    };
  }

  override _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    return this._plan.requirements.length > 0
      ? firstToPass(this._plan, call)
      : firstToAnswer(this._plan, call);
  }

  override _generateFromRaw(call: RawCall): Promise<(RawItem | BackendError)[]> {
    return rawFallback(this._plan, call);
  }

  override _secrets(): readonly string[] {
    return [...new Set(this.backends.flatMap((backend) => backend._secrets()))];
  }

  override _identity(): unknown {
    return this.backends.map((backend) => {
      const { stream: _, tools: __, ...own } = ownOptions(backend, this.modelOptions);
      return [identityOf(backend), own];
    });
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    const outcomes = await Promise.allSettled(this.backends.map(disposeOf));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

/**
 * Asks the backends one after the other until one answers. It moves on only before the first output was given; the
 * warnings of the result say who did not answer and why. When all fail, the error is that of the last one asked, with
 * the errors of all in `cause.errors`.
 *
 * It claims what all of them can do, and as defaults the options on which they agree; each is asked with its own.
 *
 * @throws TypeError that names the setting, what it got and what it takes.
 *
 * @example
 * const backend = fallback([new OpenAIBackend({ modelId: 'gpt-5' }), new OllamaBackend({ modelId: 'qwen3' })]);
 */
export function fallback(backends: readonly Backend[], options?: FallbackOptions): FallbackBackend {
  return new FallbackBackend(backends, options);
}

function checked(backends: readonly Backend[], options: FallbackOptions): readonly Backend[] {
  const owner = 'fallback';
  const must = 'an array with at least one backend';
  if (!Array.isArray(backends) || backends.length === 0)
    throw wrongSetting(owner, 'backends', must, backends);
  const all = backends.map((backend, index) => requireBackend(owner, `backends[${index}]`, backend));
  const { on, requirements = [], mustPass } = options;
  requireFunction(owner, 'on', on);
  if (!Array.isArray(requirements) || !requirements.every((one) => typeof one?.validate === 'function')) {
    throw wrongSetting(owner, 'requirements', 'an array of requirements', requirements);
  }
  if (mustPass !== undefined && typeof mustPass !== 'boolean')
    throw wrongSetting(owner, 'mustPass', 'a boolean', mustPass);
  return all;
}
