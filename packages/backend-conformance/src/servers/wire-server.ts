import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Fault, faultOf, type StatusFault } from './fault.js';
import { jsonDocument } from './framing.js';
import { byteByByte, replySteps } from './reply-steps.js';
import { faultsOf, type ScriptedReply } from './scripted-reply.js';
import { sendSteps } from './send-steps.js';
import type { Wire, WireAnswer } from './wire.js';
import { type OpenRequest, readRequest, type WireRequest } from './wire-request.js';

/** A reply, or what makes one of a request. */
export type ReplyScript = ScriptedReply | ((request: WireRequest) => ScriptedReply);

/**
 * A server on the loopback that speaks one provider's wire, answers by a script, and records what it was asked and
 * when each socket closed.
 *
 * @example
 * await using server = await openaiServer();
 * server.reply({ deltas: ['Hel', 'lo.'] });
 * const client = new OpenAI({ apiKey: 'any', baseURL: server.baseURL });
 */
export class WireServer {
  readonly wire: Wire;
  /** The server's origin, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  /** The requests that need a scripted reply, oldest first. */
  readonly requests: readonly WireRequest[] = [];
  /** All other requests, such as those for a list of models. */
  readonly otherRequests: readonly WireRequest[] = [];
  /** @internal */
  readonly _server: Server;
  /** @internal */
  readonly _script: ReplyScript[] = [];
  /** @internal */
  _last: ReplyScript | undefined;
  /** @internal */
  readonly _sockets: Set<Socket> = new Set();
  /** @internal */
  readonly _closings: WeakMap<WireRequest, Promise<number>> = new WeakMap();
  /** @internal */
  _arrivals: { count: number; resolve: (request: WireRequest) => void }[] = [];

  /** @internal Made by `startServer`. */
  constructor(wire: Wire, server: Server) {
    this.wire = wire;
    this._server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => {
      this._sockets.add(socket);
      // A client may keep a socket for any number of requests, and each of them waits for its close.
      socket.setMaxListeners(0);
      socket.once('close', () => this._sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
    server.on('request', (message: IncomingMessage, response: ServerResponse) => {
      this._serve(message, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  /** What a client takes as its base URL. */
  get baseURL(): string {
    return this.url + this.wire.basePath;
  }

  /** Adds replies: one is used per request, the last one again and again. */
  reply(...replies: readonly ReplyScript[]): this {
    this._script.push(...replies);
    return this;
  }

  /** How many replies are under way now: neither sent whole nor left by the peer. */
  get openReplies(): number {
    return this.requests.filter(({ finished, closedAt }) => !finished && closedAt === null).length;
  }

  /** How many sockets are open now, with those that a client keeps for its next request. */
  get openSockets(): number {
    return this._sockets.size;
  }

  /** Resolves with request number `count` (from 1) when it has arrived. */
  async received(count = 1): Promise<WireRequest> {
    const there = this.requests[count - 1];
    return there ?? new Promise((resolve) => this._arrivals.push({ count, resolve }));
  }

  /** Resolves when the socket of the request has closed, with the `performance.now()` of that moment. */
  async closed(request: WireRequest): Promise<number> {
    return this._closings.get(request) ?? Number.NaN;
  }

  /** Closes every socket and the server. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this._server.close(() => resolve()));
    for (const socket of this._sockets) socket.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal */
  async _serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const record = await readRequest(message);
    this._closings.set(record, closingOf(message.socket, record));
    const unscripted = this.wire.unscripted?.(record);
    if (unscripted) {
      (this.otherRequests as WireRequest[]).push(record);
      const own = 'kind' in unscripted ? [] : unscripted.faults;
      return this._send(response, record, unscripted, {}, own);
    }
    const reply = this._next(record);
    const faults = faultsOf(reply);
    (this.requests as WireRequest[]).push(record);
    const id = `req_${this.requests.length}`;
    const failed = faultOf(faults, 'status');
    const answer = failed ?? this.wire.answer(record, reply);
    // What the wire itself refuses is refused straight, whatever the script bends.
    const bent = failed || !('kind' in answer) ? faults : [];
    const sent = this._send(response, record, answer, { 'x-request-id': id, ...reply.headers }, bent);
    const due = this._arrivals.filter(({ count }) => count <= this.requests.length);
    this._arrivals = this._arrivals.filter((arrival) => !due.includes(arrival));
    for (const { resolve } of due) resolve(record);
    return sent;
  }

  /** @internal */
  _next(request: WireRequest): ScriptedReply {
    this._last = this._script.shift() ?? this._last;
    if (this._last === undefined) {
      const message = `No reply is scripted for ${request.method} ${request.path}: call server.reply(…).`;
      return { fault: { kind: 'status', status: 400, message } };
    }
    return typeof this._last === 'function' ? this._last(request) : this._last;
  }

  /** @internal */
  async _send(
    response: ServerResponse,
    record: OpenRequest,
    given: WireAnswer | StatusFault,
    headers: Readonly<Record<string, string>>,
    faults: readonly Fault[] = [],
  ): Promise<void> {
    const failed = 'kind' in given ? given : undefined;
    const answer = 'kind' in given ? errorAnswer(this.wire, given) : given;
    const contentType = faultOf(faults, 'html') ? 'text/html' : answer.framing.contentType;
    await sendSteps(response, record, {
      steps: replySteps({ answer, wire: this.wire }, faults),
      status: failed?.status ?? answer.status ?? 200,
      headers: {
        'content-type': contentType,
        ...(failed?.retryAfter === undefined ? {} : { 'retry-after': failed.retryAfter }),
        ...headers,
      },
      byteByByte: byteByByte(faults),
    });
  }
}

/** Starts a server for a wire on a free port of the loopback. */
export async function startServer(wire: Wire): Promise<WireServer> {
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, noDelay: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new WireServer(wire, server);
}

function closingOf(socket: Socket, record: OpenRequest): Promise<number> {
  return new Promise((resolve) => {
    socket.once('close', () => {
      record.closedAt = performance.now();
      resolve(record.closedAt);
    });
  });
}

function errorAnswer(wire: Wire, fault: StatusFault): WireAnswer {
  const { shape = 'provider', message = `scripted ${fault.status}` } = fault;
  const text = { ...jsonDocument, contentType: 'text/plain; charset=utf-8' };
  if (shape === 'text') return { framing: text, events: [{ data: message }] };
  if (shape === 'empty') return { framing: text, events: [] };
  const bodies = {
    provider: () => wire.errorBody({ ...fault, message }),
    vllm: () => ({ object: 'error', message, type: 'BadRequestError', param: null, code: fault.status }),
    detail: () => ({ detail: message }),
  };
  return { framing: jsonDocument, events: [{ data: JSON.stringify(bodies[shape]()) }] };
}
