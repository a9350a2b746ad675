import type { TokenLogprob } from '@melliflow/core';
import { jsonDocument, serverSentEvents } from './framing.js';
import { type ScriptedReply, textOf, usageOf } from './scripted-reply.js';
import type { WireAnswer, WireEvent } from './wire.js';
import type { WireRequest } from './wire-request.js';

/** TGI's own words for the end. */
const words: Readonly<Record<string, string>> = { stop: 'eos_token' };

/** A raw reply in the form that TGI has of its own: a list of one text with details, or one event per token. */
export function hfGeneration(request: WireRequest, reply: ScriptedReply): WireAnswer {
  const { body, path } = request;
  const finish = reply.finish === undefined ? 'stop' : reply.finish;
  const tokens = (reply.deltas ?? []).map((text, i) => token(text, reply.logprobs?.[i]));
  const top = reply.logprobs?.map(({ top = [] }) => top.map((one) => token(one.token, one)));
  const usage = usageOf(reply, request.text);
  const counts = {
    finish_reason: finish === null ? null : (words[finish] ?? finish),
    generated_tokens: usage?.completionTokens ?? tokens.length,
    seed: body.seed ?? null,
  };
  if (body.stream !== true && !path.endsWith('_stream')) {
    const details = { ...counts, prefill: [], tokens, ...(top && { top_tokens: top }) };
    const whole = { generated_text: textOf(reply), ...(finish !== null && { details }) };
    return { framing: jsonDocument, events: [{ data: JSON.stringify([whole]) }] };
  }
  const event = (own: object, content: boolean): WireEvent => ({
    data: JSON.stringify({ index: 1, generated_text: null, details: null, ...own }),
    content,
  });
  const pieces = tokens.map((one, i) => event({ token: one, ...(top?.[i] && { top_tokens: top[i] }) }, true));
  const end = { id: 2, text: '</s>', logprob: 0, special: true };
  const details = { ...counts, ...(usage && { input_length: usage.promptTokens }) };
  const last = event({ token: end, generated_text: textOf(reply), details }, false);
  return { framing: serverSentEvents, events: finish === null ? pieces : [...pieces, last] };
}

function token(text: string, given?: Pick<TokenLogprob, 'logprob'>): object {
  return { id: 1, text, logprob: given?.logprob ?? -1, special: false };
}
