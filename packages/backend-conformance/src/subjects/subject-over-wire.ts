import type { Backend } from '@melliflow/core';
import type { ExamScript, ExamSettings, Subject } from '../exam/subject.js';
import type { ScriptedReply } from '../servers/scripted-reply.js';
import type { Wire } from '../servers/wire.js';
import type { WireRequest } from '../servers/wire-request.js';
import { startServer, type WireServer } from '../servers/wire-server.js';

/** What makes the subject of a backend that speaks to a server. */
export interface OverWireInit {
  readonly name: string;
  /** How the provider speaks; a new server of it is started for every backend. */
  readonly wire: Wire;
  /** Makes the backend for a server. */
  backend(server: WireServer, settings: ExamSettings): Backend | Promise<Backend>;
  readonly gaps?: Subject['gaps'];
}

/** The subject for a backend that speaks to a server: one loopback server plays each script. */
export function subjectOverWire(init: OverWireInit): Subject {
  return {
    name: init.name,
    gaps: init.gaps,
    async backend({ replies, settings }) {
      const server = await startServer(init.wire);
      server.reply(...scriptFor(init.wire, replies));
      const backend = await init.backend(server, settings);
      return {
        backend,
        requests: () =>
          server.requests.map((request) => ({
            text: request.text,
            prompts: init.wire.prompts(request),
            open: !request.finished && request.closedAt === null,
            closed: () => server.closed(request),
          })),
        async close() {
          await (backend as Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
          await server.close();
        },
      };
    },
  };
}

/** A batch of prompts is answered prompt by prompt, in the reverse order. */
function scriptFor(
  wire: Wire,
  replies: ExamScript['replies'],
): readonly (ScriptedReply | ((request: WireRequest) => ScriptedReply))[] {
  if (typeof replies !== 'function') return replies;
  return [
    (request) => {
      const choices = wire.prompts(request).map(replies);
      if (choices.length < 2) return choices[0] ?? {};
      const order = choices.map((_, index) => index).reverse();
      return { choices, order, fault: choices.flatMap(({ fault }) => fault ?? []).slice(0, 1) };
    },
  ];
}
