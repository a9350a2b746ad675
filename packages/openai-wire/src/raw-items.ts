import {
  type BackendError,
  type GenerationWarning,
  IncompleteStreamError,
  MalformedResponseError,
  type RawItem,
  type TokenUsage,
} from '@melliflow/core';
import {
  type AttemptIO,
  errorFromStatus,
  type FailureOrigin,
  type ProviderReply,
  type ReadableHeaders,
  shareUsage,
} from '@melliflow/provider-kit';
import { fromWireFinish } from './finish-reason.js';
import { isFailure } from './is-failure.js';
import { fromRawLogprobs } from './logprobs.js';
import { fromWireUsage } from './usage.js';

interface RawReply {
  readonly id?: string | undefined;
  readonly model?: string | undefined;
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
export interface RawInit {
  readonly prompts: readonly string[];
  /** How many choices each prompt has (`n`); the first is taken. Default 1. */
  readonly choicesPerPrompt?: number | undefined;
  readonly origin: FailureOrigin;
  /** Whether log probabilities were asked for, so that they are missed where none come. Default false. */
  readonly expectsLogprobs?: boolean | undefined;
  /** What to warn of at a server that is known by its `system_fingerprint`. */
  readonly warningsOf?: ((fingerprint: string) => readonly GenerationWarning[]) | undefined;
  /** Makes a completion of a reply that may have another form. Default: the body is read as JSON. */
  readonly toCompletion?:
    | ((reply: Pick<ProviderReply, 'headers' | 'body'>, io: AttemptIO) => Promise<unknown>)
    | undefined;
}

/**
 * The items of a raw batch in the order of its prompts: the wire gives choices in any order, and one usage for all,
 * which is shared among them.
 *
 * @throws MalformedResponseError (`malformed_response`) when the reply has no choices at all.
 */
export function rawItems(
  body: unknown,
  init: RawInit & { readonly headers: ReadableHeaders },
): (RawItem | BackendError)[] {
  const { prompts, choicesPerPrompt = 1, origin, headers } = init;
  const facts = { provider: origin.provider, model: origin.model };
  const reply = body as RawReply | null | undefined;
  if (isFailure(reply)) throw errorFromStatus({ status: undefined, body: reply, headers }, origin);
  if (!Array.isArray(reply?.choices)) {
    throw new MalformedResponseError(`${facts.provider}: the reply has no choices.`, facts);
  }
  const { id: responseId, model } = reply;
  const numbered = byIndex(reply.choices);
  const choices = prompts.map((_, i) => numbered.get(i * choicesPerPrompt));
  const usages = sharesOf(fromWireUsage(reply.usage), prompts, choices);
  return prompts.map((prompt, i) => {
    const choice = choices[i];
    const finishReason = fromWireFinish(choice?.finish_reason);
    if (typeof choice?.text !== 'string') {
      return new MalformedResponseError(`${facts.provider}: prompt ${i} of the batch has no answer.`, facts);
    }
    if (finishReason === null) {
      const message = `${facts.provider}: the answer to prompt ${i} of the batch has no end (no finish_reason).`;
      return new IncompleteStreamError(message, { ...facts, partialText: choice.text });
    }
    const logprobs = fromRawLogprobs(choice.logprobs);
    return { text: choice.text, finishReason, usage: usages[i], logprobs, responseId, model, prompt };
  });
}

/** The choices by their index; servers that number nothing keep the order. */
function byIndex(choices: readonly (RawChoice | null)[]): Map<number, RawChoice | null> {
  const isNumbered = choices.some((choice) => choice?.index !== undefined);
  // Of two with the same index the first counts.
  return new Map(
    choices.map((choice, i) => [isNumbered ? (choice?.index ?? -1) : i, choice] as const).reverse(),
  );
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
