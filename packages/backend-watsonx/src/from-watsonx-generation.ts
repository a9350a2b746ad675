import {
  IncompleteStreamError,
  MalformedResponseError,
  type RawItem,
  type TokenLogprob,
  type TokenUsage,
} from '@melliflow/core';
import { isFailure } from '@melliflow/openai-wire';
import { errorFromStatus, type FailureOrigin, type ReadableHeaders } from '@melliflow/provider-kit';
import { fromWatsonxFinish } from './from-watsonx-finish.js';

interface Generation {
  readonly model_id?: unknown;
  readonly results?: readonly (Result | null)[] | null;
}

interface Result {
  readonly generated_text?: unknown;
  readonly stop_reason?: unknown;
  readonly input_token_count?: unknown;
  readonly generated_token_count?: unknown;
  readonly generated_tokens?: readonly Token[] | null;
}

interface Token {
  readonly text?: string;
  readonly logprob?: number;
  readonly top_tokens?: readonly Token[] | null;
}

/** What a raw prompt is read with. */
export interface GenerationInit {
  readonly prompt: string;
  readonly origin: FailureOrigin;
  readonly headers: ReadableHeaders;
}

/**
 * The answer to a raw prompt.
 *
 * @throws MalformedResponseError (`malformed_response`) for what is no answer.
 * @throws IncompleteStreamError (`incomplete_stream`) when the service broke the answer off.
 */
export function fromGeneration(text: string, { prompt, origin, headers }: GenerationInit): RawItem {
  const { provider, model } = origin;
  const reply = parse(text);
  if (isFailure(reply)) {
    throw errorFromStatus({ status: undefined, body: reply, headers }, origin);
  }
  const result = Array.isArray(reply?.results) ? (reply.results as (Result | null)[])[0] : undefined;
  if (typeof result?.generated_text !== 'string') {
    throw new MalformedResponseError(`${provider}: the reply has no result.`, { provider, model });
  }
  const { generated_text, stop_reason, generated_tokens } = result;
  const finishReason = fromWatsonxFinish(stop_reason);
  if (finishReason === null) {
    const message = `${provider}: the service broke the answer off (stop_reason ${shown(stop_reason)}).`;
    throw new IncompleteStreamError(message, { provider, model, partialText: generated_text });
  }
  const logprobs = toLogprobs(generated_tokens);
  return {
    text: generated_text,
    finishReason,
    prompt,
    usage: toUsage(result),
    ...(logprobs.length > 0 && { logprobs }),
    ...(typeof reply?.model_id === 'string' && { model: reply.model_id }),
    constrained: false,
  };
}

function parse(text: string): Generation | null | undefined {
  try {
    return JSON.parse(text) as Generation | null;
  } catch {
    return undefined; // Neither is there a result in it.
  }
}

function shown(reason: unknown): string {
  return typeof reason === 'string' ? reason.slice(0, 20) : 'missing';
}

function toUsage({ input_token_count, generated_token_count }: Result): TokenUsage | undefined {
  if (typeof input_token_count !== 'number' && typeof generated_token_count !== 'number') return undefined;
  const [promptTokens, completionTokens] = [
    Number(input_token_count ?? 0),
    Number(generated_token_count ?? 0),
  ];
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens };
}

/** A token without one is left out. */
function toLogprobs(tokens: readonly Token[] | null | undefined): TokenLogprob[] {
  if (!Array.isArray(tokens)) return [];
  return tokens.flatMap(({ text, logprob, top_tokens }: Token) => {
    if (typeof text !== 'string' || typeof logprob !== 'number') return [];
    const top = toLogprobs(top_tokens);
    return [{ token: text, logprob, ...(top.length > 0 && { top }) }];
  });
}
