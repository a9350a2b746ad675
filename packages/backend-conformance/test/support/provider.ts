import { setMaxListeners } from 'node:events';
import type { FinishReason, GenerationEvent } from '@melliflow/core';
import type { ExamScript, ProviderRequest } from '../../src/index.js';
import type { Fault, ScriptedReply, Turnstile } from '../../src/servers/index.js';

/** How a provider without a wire fails: what an SDK would throw. */
export class ProviderFailure extends Error {
  readonly kind: 'status' | 'connection' | 'malformed' | 'told';
  readonly fault: Partial<Extract<Fault, { kind: 'status' }>>;
  constructor(kind: ProviderFailure['kind'], message: string, fault: ProviderFailure['fault'] = {}) {
    super(message);
    this.kind = kind;
    this.fault = fault;
  }
}

export type ProviderEvent = GenerationEvent | { type: 'headers' };

/** A provider in the same process: it plays scripts and records its requests. */
export class Provider {
  readonly requests: ProviderRequest[] = [];
  readonly replies: ExamScript['replies'];

  constructor(replies: ExamScript['replies']) {
    this.replies = replies;
  }

  /** One reply per prompt, over one connection. */
  ask(
    text: string,
    prompts: readonly string[],
    signal: AbortSignal,
    stream: boolean,
  ): AsyncGenerator<ProviderEvent>[] {
    setMaxListeners(0, signal);
    const replies =
      typeof this.replies === 'function' ? prompts.map(this.replies) : prompts.map(() => this._next());
    let open = prompts.length;
    let close = (_at: number): void => undefined;
    const closed = new Promise<number>((resolve) => {
      close = resolve;
    });
    this.requests.push({
      text,
      prompts,
      closed: () => closed,
      get open() {
        return open > 0;
      },
    });
    const over = (): void => {
      open -= 1;
      if (open <= 0) close(performance.now());
    };
    const left = (): void => {
      open = 0;
      close(performance.now());
    };
    signal.addEventListener('abort', left, { once: true });
    return replies.map((reply) => play(reply, signal, stream, over));
  }

  _next(): ScriptedReply {
    const replies = this.replies as readonly ScriptedReply[];
    return replies[Math.min(this.requests.length, replies.length - 1)] as ScriptedReply;
  }
}

async function* play(
  reply: ScriptedReply,
  signal: AbortSignal,
  stream: boolean,
  over: () => void,
): AsyncGenerator<ProviderEvent> {
  let ended = false;
  const end = (): void => {
    if (!ended) over();
    ended = true;
  };
  let leave = end;
  const gone = new Promise<void>((resolve) => {
    leave = () => {
      end();
      resolve();
    };
  });
  const pass = async (turnstile: Turnstile): Promise<void> => {
    await Promise.race([turnstile.wait(), gone]);
    signal.throwIfAborted();
  };
  signal.addEventListener('abort', leave, { once: true });
  const faults = [reply.fault ?? []].flat() as Fault[];
  try {
    signal.throwIfAborted();
    // A call travels: nothing comes back in the turn in which it was sent.
    await new Promise((resolve) => setImmediate(resolve));
    const of = <K extends Fault['kind']>(kind: K) =>
      faults.find((fault): fault is Extract<Fault, { kind: K }> => fault.kind === kind);
    const stall = of('stall');
    if (stall && stall.after === undefined) await pass(stall.until);
    const status = of('status');
    if (status) throw new ProviderFailure('status', status.message ?? `scripted ${status.status}`, status);
    if (of('reset')?.beforeHeaders) throw new ProviderFailure('connection', 'refused');
    yield { type: 'headers' };
    if (of('html') || of('empty-body')) throw new ProviderFailure('malformed', 'no JSON');
    const pieces: GenerationEvent[] = [
      ...(reply.thinking ?? []).map((text) => ({ type: 'thinking' as const, text })),
      ...(reply.deltas ?? []).map((text) => ({ type: 'text' as const, text })),
    ];
    const drip = of('drip');
    for (let count = 0; count <= pieces.length; count++) {
      if (stall?.after === count) await pass(stall.until);
      for (const fault of faults) {
        if (!('after' in fault) || (fault.after ?? pieces.length) !== count) continue;
        if (fault.kind === 'reset') throw new ProviderFailure('connection', 'reset');
        if (fault.kind === 'error-event')
          throw new ProviderFailure('told', fault.message ?? 'scripted error');
        if (fault.kind === 'malformed-json') throw new ProviderFailure('malformed', 'no JSON');
        if (fault.kind === 'cut') return;
        if (!stream && fault.kind !== 'stall') throw new ProviderFailure('malformed', 'no choices');
      }
      if (drip) await pass(drip.turnstile);
      const piece = pieces[count];
      if (piece) yield piece;
    }
    if (of('error-event')) throw new ProviderFailure('told', of('error-event')?.message ?? 'scripted error');
    if (of('truncated-tool-arguments')) throw new ProviderFailure('malformed', 'arguments are cut');
    for (const { args, ...call } of reply.toolCalls ?? [])
      yield { type: 'tool_call', ...call, args: args as Record<string, unknown> };
    if (reply.logprobs) yield { type: 'logprobs', logprobs: [...reply.logprobs] };
    const { promptTokens, completionTokens } = reply.usage ?? { promptTokens: 1, completionTokens: 1 };
    const usage = { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens };
    if (reply.usage !== null) yield { type: 'usage', usage };
    const reason = reply.finish ?? (reply.toolCalls ? 'tool_calls' : 'stop');
    if (reply.finish !== null) yield { type: 'finish', reason: reason as FinishReason };
    if (of('left-open')) await gone;
  } finally {
    const held = faults.some(({ kind }) => kind === 'left-open') && !signal.aborted;
    if (!held) {
      signal.removeEventListener('abort', leave);
      end();
    }
  }
}
