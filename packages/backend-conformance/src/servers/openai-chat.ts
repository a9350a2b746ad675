import type { TokenLogprob } from '@melliflow/core';
import { faultOf } from './fault.js';
import { jsonDocument, serverSentEvents } from './framing.js';
import { argumentsOf, faultsOf, type ScriptedReply, textOf, usageOf } from './scripted-reply.js';
import type { WireAnswer, WireEvent } from './wire.js';
import type { WireRequest } from './wire-request.js';

/** A reply as `POST /v1/chat/completions` gives it. */
export function openaiChat(request: WireRequest, reply: ScriptedReply): WireAnswer {
  const { body, text } = request;
  const choices = choicesOf(reply, Number(body.n ?? 1));
  const head = { id: reply.id ?? 'chatcmpl-1', created: 1, model: reply.model ?? body.model };
  const usage = usageOf(reply, text);
  const tokens = usage && wireUsage(usage);
  if (body.stream !== true) {
    const whole = {
      ...head,
      object: 'chat.completion',
      choices: choices.map(([index, choice]) => message(index, choice, body)),
      ...(tokens && { usage: tokens }),
    };
    return { framing: jsonDocument, events: [{ data: JSON.stringify(whole) }] };
  }
  const asked = (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true;
  const chunk = (own: object, content = false): WireEvent => ({
    data: JSON.stringify({ ...head, object: 'chat.completion.chunk', ...(asked && { usage: null }), ...own }),
    content,
  });
  const streams = choices.map(([index, choice]) =>
    deltas(choice, body).map((delta) => ({ index, ...delta })),
  );
  const events = interleaved(streams).map(({ content, ...choice }) => chunk({ choices: [choice] }, content));
  if (asked && tokens) events.push(chunk({ choices: [], usage: tokens }));
  return { framing: serverSentEvents, events: [...events, { data: '[DONE]' }] };
}

/** The choices with their indices, in the order in which they are sent. */
export function choicesOf(reply: ScriptedReply, count: number): [number, ScriptedReply][] {
  const order = reply.order ?? Array.from({ length: count }, (_, i) => i);
  return order.map((index) => [index, { ...(reply.choices?.[index] ?? reply), fault: reply.fault }]);
}

/** One item of each list in turn. */
export function interleaved<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}

/** Counts as the wire tells them. */
export function wireUsage(usage: { promptTokens: number; completionTokens: number }): object {
  const { promptTokens: prompt_tokens, completionTokens: completion_tokens } = usage;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

/** The word for the end. */
export function finishOf({ finish, toolCalls }: ScriptedReply): string | null {
  return finish === undefined ? (toolCalls?.length ? 'tool_calls' : 'stop') : finish;
}

function message(index: number, reply: ScriptedReply, body: WireRequest['body']): object {
  const toolCalls = (reply.toolCalls ?? []).map((call, i) => ({
    id: call.id ?? `call_${i + 1}`,
    type: 'function',
    function: { name: call.name, arguments: argumentsOf(reply, i) },
  }));
  return {
    index,
    message: {
      role: 'assistant',
      content: toolCalls.length > 0 && reply.deltas === undefined ? null : textOf(reply),
      refusal: null,
      ...(reply.thinking && { reasoning_content: reply.thinking.join('') }),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    },
    logprobs:
      body.logprobs && reply.logprobs ? { content: reply.logprobs.map(wireLogprob), refusal: null } : null,
    finish_reason: finishOf(reply),
  };
}

interface Delta {
  delta: object;
  logprobs: object | null;
  finish_reason: string | null;
  content: boolean;
}

function deltas(reply: ScriptedReply, body: WireRequest['body']): Delta[] {
  const piece = (delta: object, logprob?: TokenLogprob): Delta => ({
    delta,
    logprobs: logprob && body.logprobs ? { content: [wireLogprob(logprob)], refusal: null } : null,
    finish_reason: null,
    content: true,
  });
  const finish = finishOf(reply);
  return [
    { ...piece({ role: 'assistant', content: '' }), content: false },
    ...(reply.thinking ?? []).map((text) => piece({ reasoning_content: text })),
    ...(reply.deltas ?? []).map((text, i) => piece({ content: text }, reply.logprobs?.[i])),
    ...(reply.toolCalls ?? []).flatMap((_, i) =>
      toolDeltas(reply, i).map((call) => piece({ tool_calls: [call] })),
    ),
    ...(finish === null ? [] : [{ ...piece({}), finish_reason: finish, content: false }]),
  ];
}

/** The name first, then the arguments, whole or in fragments. */
function toolDeltas(reply: ScriptedReply, index: number): object[] {
  const call = reply.toolCalls?.[index];
  const whole = argumentsOf(reply, index);
  const size = faultOf(faultsOf(reply), 'tool-fragments')?.size ?? Math.max(1, whole.length);
  const fragments = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
    whole.slice(i * size, (i + 1) * size),
  );
  const name = { name: call?.name, arguments: '' };
  return [
    { index, id: call?.id ?? `call_${index + 1}`, type: 'function', function: name },
    ...fragments.map((part) => ({ index, function: { arguments: part } })),
  ];
}

function wireLogprob({ token, logprob, top = [] }: TokenLogprob): object {
  const bytes = (text: string): number[] => [...Buffer.from(text)];
  const entry = (one: { token: string; logprob: number }): object => ({ ...one, bytes: bytes(one.token) });
  return { ...entry({ token, logprob }), top_logprobs: top.map(entry) };
}
