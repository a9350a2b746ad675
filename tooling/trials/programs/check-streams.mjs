// Validated streams from a Node server to a page in Chromium: the same events arrive, and a page that leaves ends the
// generation. `node check-streams.mjs <site> <profile>`, the site being page-streams.mjs, bundled.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PartialValidationResult, Requirement } from '@melliflow/core';
import { ChatContext } from '@melliflow/stdlib';
import { streamWithChunking, toServerSentEvents } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';
import { inBrowser } from './chromium.mjs';

class NoCats extends Requirement {
  streamValidate(chunk) {
    return new PartialValidationResult(chunk.includes('cats') ? 'fail' : 'pass', { reason: 'Cats. 🐈' });
  }
}

const script = [
  { thinking: 'Hm. ', deltas: ['One 🐈. 你', '好. Thr', 'ee cats.'] },
  { deltas: ['Three 👩‍👩‍👧', ' birds.'], toolCalls: [{ name: 'mail', args: { to: 'é' } }] },
];

/** Sends a web response; a client that leaves breaks the pipe. */
async function send({ status, headers, body }, reply) {
  reply.writeHead(status, Object.fromEntries(headers)).flushHeaders();
  await pipeline(Readable.fromWeb(body), reply).catch(() => undefined);
}

const [site, profile] = process.argv.slice(2);
const whole = await streamWithChunking('Count.', new ScriptedBackend(script), new ChatContext(), {
  requirements: [new NoCats('No cats.')],
  release: 'optimistic',
  retry: { attempts: 2, mode: 'resume' },
});
const endless = await streamWithChunking(
  'Go.',
  new ScriptedBackend([{ deltas: ['One. Two'], hangs: true }]),
  new ChatContext(),
);
const answers = {
  '/whole': () => toServerSentEvents(whole, { reasons: true }),
  '/endless': () => toServerSentEvents(endless, { heartbeatMs: 20 }),
  '/left': async () => {
    await endless.acomplete();
    return Response.json({ cancelled: endless.thunk.cancelled, completed: endless.completed });
  },
};

const read = await inBrowser({
  site,
  profile,
  answer: async ({ url }, reply) => {
    const answer = answers[url];
    return answer ? send(await answer(), reply) : reply.writeHead(404).end();
  },
});
const events = [];
for await (const event of whole.events()) events.push(event);
const told = JSON.parse(JSON.stringify(events));
assert.deepEqual(read.events, told, 'the page got other events than the server told');
const types = new Set(told.map(({ type }) => type));
for (const type of ['chunk', 'thinking', 'tool_call', 'retract', 'retry']) assert(types.has(type), type);
assert.deepEqual(new Set(read.verdicts), new Set([true, false]));
assert.equal(read.shown, 'One.');
assert.deepEqual(read.left, { cancelled: true, completed: false });
console.log(told.length);
