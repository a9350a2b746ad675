import {
  openaiServer,
  Turnstile,
  type WireRequest,
  type WireServer,
} from '@melliflow/backend-conformance/servers';

/** A server in this process that speaks OpenAI's wire and answers slowly, for a run without a model. */
export async function standInServer({ paceMs }: { paceMs: number }): Promise<WireServer> {
  const server = await openaiServer();
  const until = new Turnstile();
  setInterval(() => until.pass(), paceMs).unref();
  return server.reply(({ body }: WireRequest) => ({
    deltas: [` (an answer to "${body.prompt}")`],
    fault: { kind: 'stall', until },
  }));
}
