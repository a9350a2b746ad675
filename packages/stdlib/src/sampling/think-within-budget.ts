import {
  type Backend,
  BatchGenerationError,
  CBlock,
  type Context,
  type GenerateOptions,
  type ModelOutputThunk,
  type TokenUsage,
} from '@melliflow/core';
import { sumUsage } from './sum-usage.js';

/** How a model is made to think so much and no more. */
export interface ThinkingBudget {
  readonly thinkMaxTokens: number;
  readonly answerMaxTokens: number | undefined;
  readonly startThink: string;
  readonly endThink: string;
  readonly thinkMore: string;
  readonly answerPrefix: string;
}

/** A thought of fewer characters means that there is nothing left to think. */
const SHORTEST_THOUGHT = 10;

/**
 * The answer to `prompt`, with the thoughts before it apart and the tokens of all calls together. What each call used
 * is added to `spent`, also when a later one fails.
 */
export async function thinkWithinBudget<S>(
  prompt: string,
  ctx: Context,
  backend: Backend,
  options: GenerateOptions,
  budget: ThinkingBudget,
  spent: TokenUsage[],
): Promise<ModelOutputThunk<S>> {
  const { modelOptions = {}, signal, format } = options;
  const complete = async <T>(text: string, own: GenerateOptions): Promise<ModelOutputThunk<T>> => {
    const thunk = await completion<T>(backend, text, ctx, { ...own, signal });
    spent.push(usageOf(thunk));
    return thunk;
  };
  const { startThink, endThink, thinkMore, answerPrefix } = budget;
  let thoughts = '';
  let left = budget.thinkMaxTokens;
  const stop = [...(modelOptions.stop ?? []), ...(endThink === '' ? [] : [endThink])];
  while (left > 0) {
    const thinking = { ...modelOptions, maxNewTokens: left, stop };
    const thunk = await complete(prompt + startThink + thoughts, { modelOptions: thinking });
    const thought = upTo(endThink, String(thunk));
    thoughts += thought;
    left -= usageOf(thunk).completionTokens;
    if (thinkMore === '' || left <= 0 || thought.trim().length <= SHORTEST_THOUGHT) break;
    thoughts += thinkMore;
  }
  const answering = { ...modelOptions, maxNewTokens: budget.answerMaxTokens ?? modelOptions.maxNewTokens };
  const asked = prompt + startThink + thoughts + endThink + answerPrefix;
  const answer = await complete<S>(asked, { modelOptions: answering, format });
  answer.thinking = thoughts;
  answer.generation.usage = sumUsage(spent);
  return answer;
}

/** @throws The error of the call itself. */
async function completion<S>(
  backend: Backend,
  prompt: string,
  ctx: Context,
  options: GenerateOptions,
): Promise<ModelOutputThunk<S>> {
  try {
    const [thunk] = await backend.generateFromRaw<S>([new CBlock(prompt)], ctx, options);
    return thunk as ModelOutputThunk<S>;
  } catch (error) {
    throw BatchGenerationError.is(error) ? error.cause : error;
  }
}

function upTo(mark: string, text: string): string {
  return mark === '' ? text : (text.split(mark, 1)[0] as string);
}

/** What a provider does not count is reckoned at four characters a token. */
function usageOf(thunk: ModelOutputThunk<unknown>): TokenUsage {
  const completionTokens = Math.max(1, Math.ceil(String(thunk).length / 4));
  return (
    thunk.generation.usage ?? {
      promptTokens: 0,
      completionTokens,
      totalTokens: completionTokens,
      estimated: true,
    }
  );
}
