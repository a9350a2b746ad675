import { type BackendError, MalformedResponseError, type RawItem, type TokenUsage } from '@melliflow/core';
import {
  errorFromStatus,
  type FailureOrigin,
  type ReadableHeaders,
  shareUsage,
} from '@melliflow/provider-kit';
import { fromOpenAIFinish } from './from-openai-finish.js';
import { fromRawLogprobs } from './from-openai-logprobs.js';
import { fromOpenAIUsage } from './from-openai-usage.js';

interface RawReply {
  readonly id?: string | undefined;
  readonly model?: string | undefined;
  readonly error?: unknown;
  readonly usage?: unknown;
  readonly choices?: readonly (RawChoice | null)[] | undefined;
}

interface RawChoice {
  readonly index?: number | undefined;
  readonly text?: unknown;
  readonly finish_reason?: unknown;
  readonly logprobs?: unknown;
}

/** What a raw batch is read with. */
export interface RawReplyInit {
  readonly prompts: readonly string[];
  /** How many choices each prompt has; the first is taken. */
  readonly choicesPerPrompt: number;
  readonly origin: FailureOrigin;
  readonly headers: ReadableHeaders;
}

/**
 * The items of a raw batch in the order of its prompts: the wire gives choices in any order, and one usage for all,
 * which is shared among them.
 *
 * @throws MalformedResponseError (`malformed_response`) when the reply has no choices at all.
 */
export function fromOpenAIRaw(text: string, init: RawReplyInit): (RawItem | BackendError)[] {
  const { prompts, choicesPerPrompt, origin, headers } = init;
  const facts = { provider: origin.provider, model: origin.model };
  const reply = parse(text) as RawReply | null | undefined;
  if (reply?.error) throw errorFromStatus({ status: undefined, body: reply, headers }, origin);
  if (!Array.isArray(reply?.choices)) {
    throw new MalformedResponseError(`${facts.provider}: the reply has no choices.`, facts);
  }
  const { id: responseId, model } = reply;
  const choices = prompts.map((_, i) => choiceOf(reply.choices ?? [], i * choicesPerPrompt));
  const usages = sharesOf(fromOpenAIUsage(reply.usage), prompts, choices);
  return prompts.map((prompt, i) => {
    const choice = choices[i];
    const finishReason = fromOpenAIFinish(choice?.finish_reason);
    if (typeof choice?.text !== 'string' || finishReason === null) {
      return new MalformedResponseError(`${facts.provider}: prompt ${i} of the batch has no answer.`, facts);
    }
    const logprobs = fromRawLogprobs(choice.logprobs);
    return { text: choice.text, finishReason, usage: usages[i], logprobs, responseId, model, prompt };
  });
}

/** Servers that number nothing keep the order. */
function choiceOf(choices: readonly (RawChoice | null)[], index: number): RawChoice | null | undefined {
  const numbered = choices.some((choice) => choice?.index !== undefined);
  return numbered ? choices.find((choice) => choice?.index === index) : choices[index];
}

function sharesOf(
  total: TokenUsage | null,
  prompts: readonly string[],
  choices: readonly (RawChoice | null | undefined)[],
): readonly TokenUsage[] {
  if (total === null) return [];
  return shareUsage(
    total,
    prompts.map((prompt, i) => ({ prompt, text: String(choices[i]?.text ?? '') })),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Neither is there a choice in it.
  }
}
