import type {
  Backend,
  BackendError,
  ContextCall,
  GenerationEvent,
  RawCall,
  RawItem,
  TokenUsage,
} from '@melliflow/core';
import { batchUnderLimit, describe } from '@melliflow/core/implement';
import { requireFunction, requireNumber, wrongSetting } from '../setting-checks.js';
import { promptOf, rawPromptOf } from '../what-is-sent.js';
import { WrappingBackend } from '../wrapping-backend.js';
import { type Clock, machineClock } from './clock.js';
import { charactersOf, estimateTokens, type RequestSize, spentTokens } from './estimate-tokens.js';
import { Limiter, type Limits, type Permit } from './limiter.js';

/** How much may be asked of a backend; what is absent has no limit. */
export interface RateLimitOptions {
  /** Requests that begin in any span of one minute. */
  requestsPerMinute?: number | undefined;
  /** Tokens of prompts and answers in any span of one minute: reckoned before a request, corrected by its usage. */
  tokensPerMinute?: number | undefined;
  /** Requests at once. */
  concurrency?: number | undefined;
  /** Reckons the tokens of a request. Default: one for four characters, and `maxNewTokens` or 256. */
  estimate?: ((size: RequestSize) => number) | undefined;
  /** Default: the machine's time. */
  clock?: Clock | undefined;
}

/** A backend that waits before it asks. Made by `rateLimit`. */
export class RateLimitedBackend extends WrappingBackend {
  override readonly maxConcurrency: number;
  /** @internal */
  readonly _limiter: Limiter;
  /** @internal Null where tokens have no limit. */
  readonly _estimate: ((size: RequestSize) => number) | null;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(inner: Backend, options: RateLimitOptions) {
    super(inner);
    const { requestsPerMinute, tokensPerMinute, concurrency } = checkedLimits(options);
    this.maxConcurrency = Math.min(inner.maxConcurrency, concurrency ?? Number.POSITIVE_INFINITY);
    this._limiter = new Limiter(
      { requestsPerMinute, tokensPerMinute, concurrency },
      options.clock ?? machineClock,
    );
    this._estimate =
      tokensPerMinute === undefined ? null : checkedEstimate(options.estimate ?? estimateTokens);
  }

  override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent, void> {
    const { signal, modelOptions, tools, format } = call;
    const tokens =
      this._estimate?.({
        characters: charactersOf(promptOf(this.inner, call), tools, format?.schema),
        modelOptions,
      }) ?? 0;
    const permit = await this._take(tokens, signal);
    let usage: TokenUsage | undefined;
    try {
      for await (const event of this.inner._generateFromContext(call)) {
        if (event.type === 'usage') usage = event.usage;
        yield event;
      }
    } finally {
      permit.done(spentTokens(usage));
    }
  }

  override _generateFromRaw(call: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    if (this.capabilities.rawBatch) return this._request(call);
    const origin = { provider: this.provider, model: this.modelId, secrets: this._secrets() };
    return batchUnderLimit(call, origin, async (action) => {
      const [answer] = await this._request({ ...call, actions: [action] });
      if (answer && 'text' in answer) return answer;
      throw answer ?? new Error('The batch has no answer for an action.');
    });
  }

  /** @internal Leave for a request that is really made: one that was aborted just then gives its tokens back. */
  async _take(tokens: number, signal: AbortSignal): Promise<Permit> {
    const permit = await this._limiter.take(tokens, signal);
    if (!signal.aborted) return permit;
    permit.done(0);
    throw signal.reason;
  }

  /** @internal One request of a raw batch, under the limits. */
  async _request(call: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    const { actions, modelOptions, signal } = call;
    const estimate = this._estimate;
    let tokens = 0;
    for (const action of estimate ? actions : [])
      tokens += estimate?.({ characters: rawPromptOf(this.inner, action).length, modelOptions }) ?? 0;
    const permit = await this._take(tokens, signal);
    let spent: number | null = null;
    try {
      const answers = await this.inner._generateFromRaw(call);
      spent = sumOf(answers.map((answer) => (answer && 'text' in answer ? spentTokens(answer.usage) : null)));
      return answers;
    } finally {
      permit.done(spent);
    }
  }
}

/**
 * Asks a backend only as often as its provider allows. Requests wait in the order in which they came; a cancel or an
 * abort ends the wait at once. Attempts that the inner backend repeats by itself are not seen here.
 *
 * @throws TypeError that names the setting, what it got and what it takes.
 *
 * @example
 * const backend = rateLimit(new OpenAIBackend({ modelId: 'gpt-5' }), { requestsPerMinute: 500, concurrency: 20 });
 */
export function rateLimit(backend: Backend, options: RateLimitOptions): RateLimitedBackend {
  return new RateLimitedBackend(backend, options);
}

/** @throws TypeError when an estimate is no number: it would stop the counting for good. */
function checkedEstimate(estimate: (size: RequestSize) => number): (size: RequestSize) => number {
  return (size) => {
    const tokens = estimate(size);
    if (Number.isFinite(tokens) && tokens >= 0) return tokens;
    throw new TypeError(`rateLimit: estimate must give a number from 0 up, got ${describe(tokens)}.`);
  };
}

/** The sum; null when a part of it is unknown. */
function sumOf(counts: readonly (number | null)[]): number | null {
  return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

function checkedLimits(options: RateLimitOptions): Limits {
  const owner = 'rateLimit';
  const limits = ['requestsPerMinute', 'tokensPerMinute', 'concurrency'] as const;
  if (!limits.some((name) => options?.[name] !== undefined)) {
    throw wrongSetting(owner, 'options', `an object with one of ${limits.join(', ')} at least`, options);
  }
  for (const name of limits) requireNumber(owner, name, options[name], 1);
  requireFunction(owner, 'estimate', options.estimate);
  const { clock } = options;
  if (clock !== undefined && (typeof clock?.now !== 'function' || typeof clock.after !== 'function')) {
    throw wrongSetting(owner, 'clock', 'an object with now and after', clock);
  }
  return options;
}
