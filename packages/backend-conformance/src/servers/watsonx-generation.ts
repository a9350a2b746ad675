import type { TokenLogprob } from '@melliflow/core';
import { jsonDocument } from './framing.js';
import { type ScriptedReply, type ScriptedUsage, textOf, usageOf } from './scripted-reply.js';
import { watsonxEvents } from './watsonx-events.js';
import type { WireAnswer, WireEvent } from './wire.js';
import type { WireRequest } from './wire-request.js';

/** The wire's words for the end of a generation. */
const reasons = new Map<string | null | undefined, string>([
  [undefined, 'eos_token'],
  [null, 'not_finished'],
  ['stop', 'eos_token'],
  ['length', 'max_tokens'],
  ['tool_calls', 'eos_token'],
]);

/** A raw prompt as `/text/generation` and `/text/generation_stream` answer it. */
export function watsonxGeneration(
  { body, text }: WireRequest,
  reply: ScriptedReply,
  model: string,
  stream: boolean,
): WireAnswer {
  const head = { model_id: reply.model ?? model, created_at: '2026-01-01T00:00:00.000Z' };
  const usage = usageOf(reply, text);
  const reason = reasons.get(reply.finish) ?? String(reply.finish);
  const wanted = wantsLogprobs(body) ? (reply.logprobs ?? []) : [];
  const part = (own: object): string => JSON.stringify({ ...head, results: [own] });
  if (!stream) {
    const whole = { generated_text: textOf(reply), ...tokens(wanted), ...counts(usage), stop_reason: reason };
    return { framing: jsonDocument, events: [{ data: part(whole) }] };
  }
  const pieces = (reply.deltas ?? []).map((generated_text, i): WireEvent => {
    const own = { generated_text, ...tokens(wanted.slice(i, i + 1)), stop_reason: 'not_finished' };
    return { data: part(own), content: true };
  });
  const end = part({ generated_text: '', ...counts(usage), stop_reason: reason });
  return { framing: watsonxEvents(), events: [...pieces, ...(reply.finish === null ? [] : [{ data: end }])] };
}

function wantsLogprobs({ parameters }: WireRequest['body']): boolean {
  const { return_options } = (parameters ?? {}) as { return_options?: { token_logprobs?: boolean } };
  return return_options?.token_logprobs === true;
}

function counts(usage: ScriptedUsage | null): object {
  if (usage === null) return {};
  return { input_token_count: usage.promptTokens, generated_token_count: usage.completionTokens };
}

function tokens(logprobs: readonly TokenLogprob[]): object {
  if (logprobs.length === 0) return {};
  return {
    generated_tokens: logprobs.map(({ token, logprob, top = [] }) => ({
      text: token,
      logprob,
      ...(top.length > 0 && { top_tokens: top.map((one) => ({ text: one.token, logprob: one.logprob })) }),
    })),
  };
}
