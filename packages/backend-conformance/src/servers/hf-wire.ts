import type { ErrorEventFault, StatusFault } from './fault.js';
import { jsonDocument } from './framing.js';
import { hfGeneration } from './hf-generation.js';
import { type OpenAIWireInit, openaiWire } from './openai-wire.js';
import type { ScriptedReply } from './scripted-reply.js';
import type { Wire, WireAnswer } from './wire.js';
import type { WireRequest } from './wire-request.js';
import { startServer, type WireServer } from './wire-server.js';

/** What an endpoint of Hugging Face, or its router, has and wants. */
export interface HfWireInit extends OpenAIWireInit {
  /** Raw prompts are answered in the form that TGI has of its own, whatever the path. Default: only on its own paths. */
  readonly tgi?: boolean | undefined;
  /** How many prompts one request may have, as TGI limits them. Default: any number. */
  readonly maxPrompts?: number | undefined;
}

/** The paths of an endpoint, of a provider behind the router, and of a model of the provider `hf-inference`. */
const wired = /^(?:\/[\w-]+|\/hf-inference\/models\/[^/]+\/[^/]+)?(\/v1\/(?:chat\/)?completions)$/;

/** The paths that TGI has of its own. */
const native = ['/', '/generate', '/generate_stream'];

/**
 * What speaks Hugging Face's API: an endpoint, TGI, or the router when a `fetch` is led to it. Chats and completions
 * as OpenAI's, raw prompts also in TGI's own form; the hub's answer to which providers have a model stands among
 * `otherRequests`, so that a test can see that nobody asked.
 */
export function hfWire({ tgi = false, maxPrompts, ...init }: HfWireInit = {}): Wire {
  const openai = openaiWire(init);
  return {
    ...openai,
    name: 'hf',
    basePath: '',
    answer(request, reply) {
      const path = wired.exec(request.path)?.[1] ?? request.path;
      const answer = openai.answer({ ...request, path }, reply);
      const isOwn = native.includes(path) || (tgi && path === '/v1/completions');
      const isRefused = 'kind' in answer && answer.status === 401;
      if (isOwn && !isRefused) return generation(request, reply);
      return tooMany(request, maxPrompts) ?? answer;
    },
    unscripted: (request) => mapping(request),
    prompts: ({ body, ...request }) =>
      typeof body.inputs === 'string' ? [body.inputs] : openai.prompts({ body, ...request }),
    errorBody: ({ status, message, code }: StatusFault) => ({
      error: message,
      error_type: code ?? types[status] ?? (status < 500 ? 'validation' : 'generation'),
    }),
    errorEvent: ({ message = 'scripted error', code, named }: ErrorEventFault) =>
      JSON.stringify(named ? { message, code } : { error: message, error_type: code ?? 'generation' }),
  };
}

/** Starts a server that speaks Hugging Face's wire. */
export function hfServer(init?: HfWireInit): Promise<WireServer> {
  return startServer(hfWire(init));
}

/** TGI's names for what went wrong. */
const types: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  424: 'generation',
  429: 'overloaded',
  500: 'incomplete_generation',
};

function tooMany({ body }: WireRequest, limit = Number.POSITIVE_INFINITY): StatusFault | undefined {
  if (!Array.isArray(body.prompt) || body.prompt.length <= limit) return undefined;
  const message = `Number of prompts exceeds the maximum allowed batch size of ${limit}`;
  return { kind: 'status', status: 422, message, code: 'batch size exceeded' };
}

function generation(request: WireRequest, reply: ScriptedReply): WireAnswer | StatusFault {
  const { body } = request;
  if (typeof (body.inputs ?? body.prompt) === 'string') return hfGeneration(request, reply);
  return { kind: 'status', status: 422, message: 'invalid type: sequence, expected a string' };
}

/** `GET /api/models/{model}?expand[]=inferenceProviderMapping` of the hub. */
function mapping({ method, path }: WireRequest): WireAnswer | undefined {
  const model = /^\/api\/models\/(.+)$/.exec(path)?.[1];
  if (method !== 'GET' || model === undefined) return undefined;
  const entry = (task: string): object => ({ status: 'live', providerId: model, task });
  const inferenceProviderMapping = {
    together: entry('conversational'),
    'featherless-ai': entry('text-generation'),
  };
  const data = JSON.stringify({ id: model, inferenceProviderMapping });
  return { framing: jsonDocument, events: [{ data }] };
}
