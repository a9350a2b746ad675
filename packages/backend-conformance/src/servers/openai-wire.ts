import type { ErrorEventFault, StatusFault } from './fault.js';
import { jsonDocument } from './framing.js';
import { openaiChat } from './openai-chat.js';
import { openaiCompletions } from './openai-completions.js';
import type { ScriptedReply } from './scripted-reply.js';
import type { Wire, WireAnswer } from './wire.js';
import type { WireRequest } from './wire-request.js';
import { startServer, type WireServer } from './wire-server.js';

/** What an OpenAI server has and wants. */
export interface OpenAIWireInit {
  /** The key that clients must show. Default: any, or none. */
  readonly apiKey?: string | undefined;
  /** The models that are listed. */
  readonly models?: readonly string[] | undefined;
}

/** OpenAI's API as the SDKs use it: chat and plain completions, whole and streamed, and the list of models. */
export function openaiWire({ apiKey, models = ['m'] }: OpenAIWireInit = {}): Wire {
  const refuse = ({ headers }: WireRequest): StatusFault | undefined =>
    apiKey === undefined || headers.authorization === `Bearer ${apiKey}`
      ? undefined
      : { kind: 'status', status: 401, message: 'Incorrect API key provided.' };
  return {
    name: 'openai',
    basePath: '/v1',
    answer: (request, reply) => refuse(request) ?? route(request, reply),
    unscripted: (request) => {
      if (request.method !== 'GET' || !request.path.startsWith('/v1/models')) return undefined;
      return (
        refuse(request) ?? modelsAnswer(models, decodeURIComponent(request.path.slice('/v1/models/'.length)))
      );
    },
    prompts,
    errorBody,
    errorEvent,
    emptyEvent: JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [],
    }),
  };
}

/** Starts a server that speaks OpenAI's wire. */
export function openaiServer(init?: OpenAIWireInit): Promise<WireServer> {
  return startServer(openaiWire(init));
}

function route(request: WireRequest, reply: ScriptedReply): WireAnswer | StatusFault {
  const { method, path, body } = request;
  if (method === 'POST' && path === '/v1/chat/completions') {
    return Array.isArray(body.messages) ? openaiChat(request, reply) : missing('messages');
  }
  if (method === 'POST' && path === '/v1/completions') {
    return body.prompt === undefined ? missing('prompt') : openaiCompletions(request, reply);
  }
  return { kind: 'status', status: 404, message: `Invalid URL (${method} ${path})`, code: 'unknown_url' };
}

function missing(field: string): StatusFault {
  const message = `Missing required parameter: '${field}'.`;
  return { kind: 'status', status: 400, message, code: 'missing_required_parameter' };
}

function modelsAnswer(models: readonly string[], wanted: string): WireAnswer | StatusFault {
  const card = (id: string): object => ({ id, object: 'model', created: 1, owned_by: 'melliflow' });
  if (wanted !== '' && !models.includes(wanted)) {
    return { kind: 'status', status: 404, message: `The model '${wanted}' does not exist` };
  }
  const body = wanted === '' ? { object: 'list', data: models.map(card) } : card(wanted);
  return { framing: jsonDocument, events: [{ data: JSON.stringify(body) }] };
}

const usual: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  400: ['invalid_request_error', null],
  401: ['invalid_request_error', 'invalid_api_key'],
  403: ['invalid_request_error', 'unsupported_country_region_territory'],
  404: ['invalid_request_error', 'model_not_found'],
  429: ['requests', 'rate_limit_exceeded'],
  500: ['server_error', null],
  503: ['server_error', 'service_unavailable'],
};

function errorBody({ status, message, code }: StatusFault): unknown {
  const [type, usualCode] = usual[status] ?? ['api_error', null];
  return { error: { message, type, param: null, code: code ?? usualCode } };
}

function errorEvent({ message = 'scripted error', code, named }: ErrorEventFault): string {
  const error = { message, type: 'server_error', param: null, code: code ?? null };
  return JSON.stringify(named ? error : { error });
}

function prompts({ body }: WireRequest): string[] {
  if (body.prompt !== undefined)
    return (Array.isArray(body.prompt) ? body.prompt : [body.prompt]).map(String);
  const messages = (body.messages ?? []) as { content?: string | { text?: string }[] | null }[];
  const texts = messages.flatMap(({ content }) =>
    typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text),
  );
  return [texts.join('\n')];
}
