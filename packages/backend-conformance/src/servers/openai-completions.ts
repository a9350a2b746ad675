import type { TokenLogprob } from '@melliflow/core';
import { jsonDocument, serverSentEvents } from './framing.js';
import { choicesOf, finishOf, interleaved, wireUsage } from './openai-chat.js';
import { type ScriptedReply, textOf, usageOf } from './scripted-reply.js';
import type { WireAnswer, WireEvent } from './wire.js';
import type { WireRequest } from './wire-request.js';

/** A reply as `POST /v1/completions` gives it: `n` choices for each prompt, the index counts through. */
export function openaiCompletions(request: WireRequest, reply: ScriptedReply): WireAnswer {
  const { body } = request;
  const prompts = Array.isArray(body.prompt) ? body.prompt : [body.prompt];
  const choices = choicesOf(reply, prompts.length * Number(body.n ?? 1));
  const head = {
    id: reply.id ?? 'cmpl-1',
    object: 'text_completion',
    created: 1,
    model: reply.model ?? body.model,
  };
  const usage = batchUsage(reply, choices, prompts.join(' '));
  const wants = typeof body.logprobs === 'number';
  if (body.stream !== true) {
    const whole = choices.map(([index, choice]) => ({
      index,
      text: textOf(choice),
      logprobs: wants && choice.logprobs ? wireLogprobs(choice.logprobs) : null,
      finish_reason: finishOf(choice),
    }));
    const data = JSON.stringify({ ...head, choices: whole, ...(usage && { usage }) });
    return { framing: jsonDocument, events: [{ data }] };
  }
  const asked = (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true;
  const chunk = (own: object, content = false): WireEvent => ({
    data: JSON.stringify({ ...head, ...(asked && { usage: null }), ...own }),
    content,
  });
  const streams = choices.map(([index, choice]) => {
    const finish = finishOf(choice);
    const pieces = (choice.deltas ?? []).map((text, i) => {
      const logprob = choice.logprobs?.[i];
      return {
        index,
        text,
        logprobs: wants && logprob ? wireLogprobs([logprob]) : null,
        finish_reason: null,
      };
    });
    const end = finish === null ? [] : [{ index, text: '', logprobs: null, finish_reason: finish }];
    return [...pieces, ...end];
  });
  const events = interleaved(streams).map((choice) =>
    chunk({ choices: [choice] }, choice.finish_reason === null),
  );
  if (asked && usage) events.push(chunk({ choices: [], usage }));
  return { framing: serverSentEvents, events: [...events, { data: '[DONE]' }] };
}

/** One count for the whole batch. */
function batchUsage(
  reply: ScriptedReply,
  choices: readonly [number, ScriptedReply][],
  prompt: string,
): object | null {
  const deltas = choices.flatMap(([, choice]) => choice.deltas ?? []);
  const usage = usageOf({ deltas, usage: reply.usage }, prompt);
  return usage && wireUsage(usage);
}

function wireLogprobs(tokens: readonly TokenLogprob[]): object {
  let offset = 0;
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top = [] }) =>
      Object.fromEntries(top.map((one) => [one.token, one.logprob])),
    ),
    text_offset: tokens.map(({ token }) => {
      offset += token.length;
      return offset - token.length;
    }),
  };
}
