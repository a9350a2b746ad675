import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Step } from './reply-steps.js';
import type { OpenRequest } from './wire-request.js';

interface Sending {
  readonly steps: readonly Step[];
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly byteByByte: boolean;
}

/** Does the steps until they end or the peer has left. */
export async function sendSteps(
  response: ServerResponse,
  record: OpenRequest,
  sending: Sending,
): Promise<void> {
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  const left = leaving.signal;
  for (const step of sending.steps) {
    if (left.aborted) return;
    if (step.do === 'head') {
      response.writeHead(sending.status, { ...sending.headers });
      response.flushHeaders();
    } else if (step.do === 'write') {
      await put(response, step.text, sending.byteByByte, left);
      record.sent += 1;
    } else if (step.do === 'wait') {
      await wait(response, step, left);
    } else if (step.do === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    } else {
      await new Promise<void>((resolve) => left.addEventListener('abort', () => resolve(), { once: true }));
    }
  }
  if (left.aborted) return;
  record.finished = true;
  response.end();
}

/** Writes a text, and waits while the peer does not read. */
async function put(
  response: ServerResponse,
  text: string,
  byteByByte: boolean,
  left: AbortSignal,
): Promise<void> {
  const bytes = Buffer.from(text);
  const packets = byteByByte ? Array.from(bytes, (byte) => Buffer.of(byte)) : [bytes];
  for (const packet of packets) {
    if (left.aborted) return;
    if (!response.write(packet)) await drained(response, left);
    if (byteByByte) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function drained(response: ServerResponse, left: AbortSignal): Promise<void> {
  try {
    await once(response, 'drain', { signal: left });
  } catch (error) {
    if (!left.aborted) throw error;
  }
}

/** Waits for the turnstile; meanwhile one comment goes out per pass of the other one. */
async function wait(
  response: ServerResponse,
  { until, keepAlive, comment }: Extract<Step, { do: 'wait' }>,
  left: AbortSignal,
): Promise<void> {
  const passed = new AbortController();
  const through = until.wait(left).then(() => passed.abort());
  while (keepAlive && !passed.signal.aborted) {
    await keepAlive.wait(passed.signal);
    if (!passed.signal.aborted) await put(response, comment, false, left);
  }
  await through;
}
