import type { ByteReply, ByteServer } from '@melliflow/backend-conformance/servers';
import { byteServer as anyServer, replyJson, replyText } from '@melliflow/backend-conformance/servers';

export const byteServer = (reply: ByteReply): Promise<ByteServer> => anyServer(reply, '/v1');

/** Replies with a stream of these texts, as they are. */
export const sends = (...texts: readonly string[]): ReturnType<typeof replyText> =>
  replyText('text/event-stream', ...texts);

export const json: typeof replyJson = replyJson;

/** An event with a piece of the answer, or with its end. */
export function chunk(delta: object, finish_reason: string | null = null): string {
  return `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
}
