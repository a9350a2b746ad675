import type { ReplyScript, ScriptedReply, Wire, WireRequest } from '@melliflow/backend-conformance/servers';

/** What the servers answer to whom: every prompt says its name, and every name has its replies. */
export class Script {
  /** @internal */
  readonly _replies = new Map<string, ScriptedReply[]>();

  /** The replies to a prompt, one per request; the last one again and again. */
  set(name: string, replies: readonly ScriptedReply[]): void {
    this._replies.set(name, [...replies]);
  }

  /** Forgets all: what is asked from now on was not expected. */
  clear(): void {
    this._replies.clear();
  }

  /** What a server of this wire answers. Batches are answered in the reverse order. */
  of(wire: Wire): ReplyScript {
    return (request) => {
      if (isDead(request)) return { fault: { kind: 'status', status: 503, message: 'Nobody is here.' } };
      const choices = wire.prompts(request).map((prompt) => this._next(prompt));
      if (choices.length < 2) return choices[0] ?? unknown;
      const order = choices.map((_, index) => index).reverse();
      return { choices, order, fault: [choices[0]?.fault ?? []].flat() };
    };
  }

  /** @internal */
  _next(prompt: string): ScriptedReply {
    const [name = ''] = [...prompt.matchAll(/(?<=\[op )[\d.]+(?=\])/g)].at(-1) ?? [];
    const replies = this._replies.get(name);
    return (replies && (replies.length > 1 ? replies.shift() : replies[0])) ?? unknown;
  }
}

/** The model whose server is down. */
export const DEAD = 'dead';

/** How a prompt says its name. */
export function promptOf(name: string): string {
  return `Tell me of it. [op ${name}]`;
}

const unknown: ScriptedReply = {
  fault: { kind: 'status', status: 418, message: 'This prompt is not in the script.' },
};

function isDead({ body }: WireRequest): boolean {
  return body.model === DEAD || body.model_id === DEAD;
}
