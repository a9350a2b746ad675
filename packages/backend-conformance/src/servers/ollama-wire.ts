import type { TokenLogprob } from '@melliflow/core';
import type { ErrorEventFault, StatusFault } from './fault.js';
import { jsonDocument, jsonLines } from './framing.js';
import { argumentsOf, type ScriptedReply, textOf, usageOf } from './scripted-reply.js';
import type { Wire, WireAnswer, WireEvent } from './wire.js';
import type { WireRequest } from './wire-request.js';
import { startServer, type WireServer } from './wire-server.js';

/** What an Ollama server has. */
export interface OllamaWireInit {
  /** The models that are there; others are not found. Default: every one. */
  readonly models?: readonly string[] | undefined;
}

/** Ollama's API: chat and generate, whole and as lines of JSON, and the list of models. */
export function ollamaWire({ models }: OllamaWireInit = {}): Wire {
  return {
    name: 'ollama',
    basePath: '',
    answer: (request, reply) => route(request, reply, models),
    unscripted: ({ method, path }) => {
      if (method !== 'GET' || path !== '/api/tags') return undefined;
      const body = { models: (models ?? ['m']).map((name) => ({ name, model: name })) };
      return { framing: jsonDocument, events: [{ data: JSON.stringify(body) }] };
    },
    prompts: ({ body }) => [typeof body.prompt === 'string' ? body.prompt : conversation(body)],
    errorBody: ({ message }) => ({ error: message }),
    errorEvent: ({ message = 'scripted error' }: ErrorEventFault) => JSON.stringify({ error: message }),
    emptyEvent: JSON.stringify({ model: 'm', created_at: '2026-01-01T00:00:00Z', done: false }),
  };
}

/** Starts a server that speaks Ollama's wire. */
export function ollamaServer(init?: OllamaWireInit): Promise<WireServer> {
  return startServer(ollamaWire(init));
}

function conversation({ messages = [] }: { messages?: unknown }): string {
  return (messages as { content?: string }[]).map(({ content = '' }) => content).join('\n');
}

function route(
  { method, path, body, text }: WireRequest,
  reply: ScriptedReply,
  models: readonly string[] | undefined,
): WireAnswer | StatusFault {
  const isChat = path === '/api/chat';
  if (method !== 'POST' || !(isChat || path === '/api/generate')) {
    return { kind: 'status', status: 404, message: '404 page not found', shape: 'text' };
  }
  const model = String(body.model ?? '');
  if (model === '') return { kind: 'status', status: 400, message: 'model is required' };
  if (models && !models.includes(model)) {
    return { kind: 'status', status: 404, message: `model '${model}' not found` };
  }
  const head = { model: reply.model ?? model, created_at: '2026-01-01T00:00:00Z' };
  const say = isChat ? chatPart : generatePart;
  const end = { done: reply.finish !== null, ...endOf(reply, text) };
  const asked = body.logprobs === true;
  if (body.stream === false) {
    const part = say({
      text: textOf(reply),
      thinking: reply.thinking?.join(''),
      toolCalls: toolCallsOf(reply),
    });
    const logprobs = asked && reply.logprobs ? { logprobs: reply.logprobs.map(wireLogprob) } : {};
    const data = JSON.stringify({ ...head, ...part, ...logprobs, ...end });
    return { framing: jsonDocument, events: [{ data }] };
  }
  const line = (own: object, content = false): WireEvent => ({
    data: JSON.stringify({ ...head, ...own }),
    content,
  });
  const pieces = [
    ...(reply.thinking ?? []).map((thinking) => line({ ...say({ thinking }), done: false }, true)),
    ...(reply.deltas ?? []).map((delta, i) => {
      const logprob = asked ? reply.logprobs?.[i] : undefined;
      const logprobs = logprob ? { logprobs: [wireLogprob(logprob)] } : {};
      return line({ ...say({ text: delta }), ...logprobs, done: false }, true);
    }),
    ...toolCallsOf(reply).map((call) => line({ ...say({ toolCalls: [call] }), done: false }, true)),
  ];
  const last = reply.finish === null ? [] : [line({ ...say({}), ...end })];
  return { framing: jsonLines, events: [...pieces, ...last] };
}

interface Piece {
  text?: string;
  thinking?: string | undefined;
  toolCalls?: readonly object[];
}

function chatPart({ text = '', thinking, toolCalls = [] }: Piece): object {
  const calls = toolCalls.length > 0 ? { tool_calls: toolCalls } : {};
  return { message: { role: 'assistant', content: text, ...(thinking && { thinking }), ...calls } };
}

function generatePart({ text = '', thinking }: Piece): object {
  return { response: text, ...(thinking && { thinking }) };
}

/** A call comes whole; its arguments are an object, unless the script wants them broken. */
function toolCallsOf(reply: ScriptedReply): object[] {
  return (reply.toolCalls ?? []).map(({ id, name }, index) => {
    const text = argumentsOf(reply, index);
    return { ...(id && { id }), function: { index, name, arguments: objectOr(text) } };
  });
}

function objectOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // Half an object is sent as the text that it is.
  }
}

function endOf(reply: ScriptedReply, prompt: string): object {
  const usage = usageOf(reply, prompt);
  const counts = usage ? { prompt_eval_count: usage.promptTokens, eval_count: usage.completionTokens } : {};
  const reason = reply.finish === undefined || reply.finish === 'tool_calls' ? 'stop' : reply.finish;
  return { ...(reason && { done_reason: reason }), total_duration: 1, load_duration: 1, ...counts };
}

function wireLogprob({ token, logprob, top = [] }: TokenLogprob): object {
  return { token, logprob, bytes: [...Buffer.from(token)], top_logprobs: top };
}
