import type { ErrorEventFault, StatusFault } from './fault.js';
import type { ScriptedReply } from './scripted-reply.js';
import { watsonxChat } from './watsonx-chat.js';
import { watsonxGeneration } from './watsonx-generation.js';
import type { IamDesk } from './watsonx-iam.js';
import type { Wire, WireAnswer } from './wire.js';
import type { WireRequest } from './wire-request.js';
import { startServer, type WireServer } from './wire-server.js';

/** What a watsonx server has and wants. */
export interface WatsonxWireInit {
  /** Gives tokens for keys under the server's own address; then only its tokens are taken. */
  readonly iam?: IamDesk | undefined;
  /** A token that is taken, too. Default: without this and `iam`, any or none. */
  readonly bearerToken?: string | undefined;
  /** The models that are there; others are not supported. Default: every one. */
  readonly models?: readonly string[] | undefined;
  /** The deployments, by id or name, with their models. */
  readonly deployments?: Readonly<Record<string, string>> | undefined;
}

/** The API of watsonx.ai: chat and generation, whole and streamed, of models and deployments, and IAM's tokens. */
export function watsonxWire(init: WatsonxWireInit = {}): Wire {
  return {
    name: 'watsonx',
    basePath: '',
    answer: (request, reply) => refusal(request, init) ?? route(request, reply, init),
    unscripted: (request) => {
      if (request.method !== 'POST' || request.path !== '/identity/token') return undefined;
      return init.iam?.answer(request) ?? { kind: 'status', status: 404, message: 'There is no IAM here.' };
    },
    prompts,
    errorBody,
    errorEvent: ({ message = 'scripted error', code }: ErrorEventFault) =>
      JSON.stringify(errorBody({ kind: 'status', status: 500, message, code })),
    emptyEvent: JSON.stringify({ id: 'chatcmpl-1', model_id: 'm', created: 1, choices: [] }),
  };
}

/** Starts a server that speaks watsonx's wire. */
export function watsonxServer(init?: WatsonxWireInit): Promise<WireServer> {
  return startServer(watsonxWire(init));
}

const address = /^\/ml\/v1\/(?:deployments\/([^/]+)\/)?text\/(chat|generation)(_stream)?$/;

function refusal(
  { headers, query }: WireRequest,
  { iam, bearerToken }: WatsonxWireInit,
): StatusFault | undefined {
  const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
  const isOpen = iam === undefined && bearerToken === undefined;
  if (!isOpen && token !== bearerToken && !iam?.knows(token)) {
    const message = 'Failed to authenticate the request due to an invalid token.';
    return { kind: 'status', status: 401, message, code: 'authentication_token_not_valid' };
  }
  return query.version === undefined ? invalid("Missing query parameter 'version'.") : undefined;
}

function route(request: WireRequest, reply: ScriptedReply, init: WatsonxWireInit): WireAnswer | StatusFault {
  const { method, path, body } = request;
  const [, deployment, kind, stream] = (method === 'POST' && address.exec(path)) || [];
  if (kind === undefined) return { kind: 'status', status: 404, message: 'not found', code: 'not_found' };
  const found =
    deployment === undefined ? modelOf(body, init) : deployed(decodeURIComponent(deployment), init);
  if (typeof found !== 'string') return found;
  const isChat = kind === 'chat';
  if (isChat ? !Array.isArray(body.messages) : typeof body.input !== 'string') {
    return invalid(`${isChat ? 'messages' : 'input'}: is missing.`);
  }
  return (isChat ? watsonxChat : watsonxGeneration)(request, reply, found, stream !== undefined);
}

function modelOf(body: WireRequest['body'], { models }: WatsonxWireInit): string | StatusFault {
  const { model_id: model, project_id, space_id } = body;
  if (typeof model !== 'string') return invalid('model_id: is missing.');
  if ((project_id === undefined) === (space_id === undefined)) {
    return invalid('exactly one of project_id and space_id must be given.');
  }
  if (models && !models.includes(model)) {
    const message = `Model '${model}' is not supported`;
    return { kind: 'status', status: 404, message, code: 'model_not_supported' };
  }
  return model;
}

function deployed(id: string, { deployments }: WatsonxWireInit): string | StatusFault {
  const model = deployments?.[id];
  const message = `The deployment '${id}' does not exist.`;
  return model ?? { kind: 'status', status: 404, message, code: 'deployment_not_found' };
}

function invalid(message: string): StatusFault {
  return { kind: 'status', status: 400, message, code: 'invalid_request_entity' };
}

const usual: Readonly<Record<number, string>> = {
  400: 'invalid_request_entity',
  401: 'authentication_token_expired',
  403: 'user_authorization_failed',
  404: 'model_not_supported',
  429: 'rate_limit_reached_requests',
};

function errorBody({ status, message, code }: StatusFault): object {
  const more_info = 'https://cloud.ibm.com/apidocs/watsonx-ai';
  const error = { code: code ?? usual[status] ?? 'downstream_request_failed', message, more_info };
  return { errors: [error], trace: 'trace-1', status_code: status };
}

function prompts({ body }: WireRequest): string[] {
  if (typeof body.input === 'string') return [body.input];
  const messages = (body.messages ?? []) as { content?: string | { text?: string }[] | null }[];
  const texts = messages.flatMap(({ content }) =>
    typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text),
  );
  return [texts.join('\n')];
}
