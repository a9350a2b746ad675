import {
  type Backend,
  ComponentParseError,
  ComputedModelOutputThunk,
  InvalidRequestError,
  ModelOutputThunk,
  type OutputFormat,
  type Part,
  type SampleOptions,
  type TokenUsage,
  UnsupportedFeatureError,
} from '@melliflow/core';
import { describe, parseFormat } from '@melliflow/core/implement';
import { validated } from '@melliflow/schema';
import { untilAborted } from '../requirements/until-aborted.js';
import type { Generated } from './generate-attempt.js';
import { readAsAsked } from './read-as-asked.js';
import { RejectionSamplingStrategy } from './rejection-sampling-strategy.js';
import { witnessOf } from './run-witness.js';
import type { SampleStep } from './sample-attempt.js';
import type { AttemptSettings } from './sampling-run.js';
import type { StrategyInit } from './strategy-init.js';
import { sumUsage } from './sum-usage.js';
import { type ThinkingBudget, thinkWithinBudget } from './think-within-budget.js';

/** How long a model may think and answer, and the marks that it was trained with. */
export interface BudgetForcingInit extends StrategyInit {
  /** Tokens for all thoughts together. Default 4096; 0 means no thinking at all. */
  thinkMaxTokens?: number | undefined;
  /** Tokens for the answer. Default: as the options of the call say. */
  answerMaxTokens?: number | undefined;
  /** Default `<think>`. */
  startThink?: string | undefined;
  /** Default `</think>`. */
  endThink?: string | undefined;
  /** Put after thoughts that ended before the budget did, to make the model think on, such as `\nWait,`. Default: none. */
  thinkMore?: string | undefined;
  /** Put before the answer, and a part of it, such as `The final answer is:`. Default: none. */
  answerPrefix?: string | undefined;
}

/**
 * Makes a thinking model think up to a budget of tokens, and on when it wants to stop too early; then it must answer.
 * It works by raw completion, so the backend must have that, and there is no chat template and there are no tools; a
 * server may take marks of its template in the texts for its own, so give it no texts of strangers.
 * Thoughts stand in the output's `thinking`; its usage is that of all calls together.
 *
 * @example
 * new BudgetForcingStrategy({ thinkMaxTokens: 1000, thinkMore: '\nWait,', requirements: [isNumber] });
 */
export class BudgetForcingStrategy extends RejectionSamplingStrategy {
  override readonly name: string = 'BudgetForcingStrategy';
  readonly budget: ThinkingBudget;

  /** @throws RangeError for a `loopBudget` below 1 or tokens below 0; TypeError for what is no requirement. */
  constructor(init: BudgetForcingInit = {}) {
    super(init, 1);
    this.budget = {
      thinkMaxTokens: checkedTokens('thinkMaxTokens', init.thinkMaxTokens ?? 4096),
      answerMaxTokens:
        init.answerMaxTokens === undefined
          ? undefined
          : checkedTokens('answerMaxTokens', init.answerMaxTokens),
      startThink: init.startThink ?? '<think>',
      endThink: init.endThink ?? '</think>',
      thinkMore: init.thinkMore ?? '',
      answerPrefix: init.answerPrefix ?? '',
    };
  }

  /** @internal */
  override _attemptSettings<S>(): AttemptSettings<S> {
    return { generate: (step, backend, options) => answered(step, backend, options, this.budget) };
  }
}

async function answered<S>(
  { action, ctx }: SampleStep,
  backend: Backend,
  options: SampleOptions & { signal: AbortSignal },
  budget: ThinkingBudget,
): Promise<Generated<S>> {
  const { provider, modelId: model, formatter } = backend;
  if (options.toolCalls || formatter === null) {
    const why = options.toolCalls ? 'offers no tools' : 'needs a backend with a formatter';
    throw new UnsupportedFeatureError(`BudgetForcingStrategy ${why}.`, { provider, model });
  }
  const view = ctx.viewForGeneration();
  if (view === null) {
    const message = 'The context gives no view to generate from.';
    throw new InvalidRequestError(message, { provider, model });
  }
  await untilAborted(backend.doGenerateWalks([...view, action]), options.signal);
  const prompt = [...view, action].map((part) => formatter.print(part)).join('\n\n');
  const made = (thunk: ModelOutputThunk<S>, parseError: ComponentParseError | null): Generated<S> => ({
    result: new ComputedModelOutputThunk(thunk),
    resultCtx: ctx.add(action).add(thunk),
    parseError,
  });
  const spent: TokenUsage[] = [];
  try {
    const thunk = await thinkWithinBudget<S>(prompt, ctx, backend, options, budget, spent);
    thunk.value = budget.answerPrefix.trimStart() + thunk.value;
    return await readBack(made(thunk, null), action, options.format);
  } catch (error) {
    const lost = ModelOutputThunk.computed<S>('');
    lost.generation.usage = sumUsage(spent);
    if (ComponentParseError.is(error)) return made(lost, error);
    witnessOf(options)?.(lost);
    throw error;
  }
}

/** By the format, which raw generation keeps to only where the wire can, else as the action reads. */
async function readBack<S>(
  generated: Generated<S>,
  action: Part,
  format: OutputFormat | undefined,
): Promise<Generated<S>> {
  if (format === undefined) return readAsAsked(action, generated);
  const { result } = generated;
  try {
    const { validate } = validated(format)['~standard'];
    result.parsedRepr = (await parseFormat(result.value, { name: 'response', schema: {}, validate })) as S;
    return generated;
  } catch (error) {
    if (!ComponentParseError.is(error)) throw error;
    result.parsedRepr = null;
    return { ...generated, parseError: error };
  }
}

function checkedTokens(field: string, tokens: number): number {
  if (Number.isSafeInteger(tokens) && tokens >= 0) return tokens;
  throw new RangeError(`${field} must be a whole number of tokens, got ${describe(tokens)}.`);
}
