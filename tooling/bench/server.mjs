// A model server in a process of its own: OpenAI's chat and completions, Ollama's chat, watsonx's chat. The name of the
// model says what it answers (lib/texts.mjs). It prints its address, and what it saw:
//   GET /seen?tag=T   when the request whose prompt holds `tag=T` came, was first answered and lost its socket
//   GET /most         the most requests at once since the last question, and how many came
import { createServer } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { expectedText, parseModelName, piecesOf } from './lib/texts.mjs';
import { wires } from './lib/wires.mjs';

const seen = new Map();
const clock = () => Number(process.hrtime.bigint()) / 1e6;
let requests = 0;
let mostRequests = 0;
let allRequests = 0;

const built = new Map();
/** The writes of a stream, made once. */
function writesOf(wire, asked) {
  const { kind, count, perWrite } = asked;
  const key = `${wire.name} ${kind} ${count} ${perWrite}`;
  if (!built.has(key)) {
    const list = piecesOf(asked);
    const writes = [];
    for (let at = 0; at < list.length; at += perWrite) {
      const begin = at === 0 ? wire.begin() : '';
      writes.push(
        Buffer.from(
          begin +
            list
              .slice(at, at + perWrite)
              .map(wire.piece)
              .join(''),
        ),
      );
    }
    built.set(key, [...writes, Buffer.from(wire.end(list.length))]);
  }
  return built.get(key);
}

/** Waits until the reply takes more, or is over; no listener stays, however long the stream. */
function roomIn(reply) {
  return new Promise((resolve) => {
    const go = () => {
      reply.off('drain', go);
      reply.off('close', go);
      resolve();
    };
    reply.on('drain', go);
    reply.on('close', go);
  });
}

async function stream(reply, wire, asked, note) {
  reply.writeHead(200, { 'content-type': wire.contentType });
  reply.flushHeaders();
  for (const [index, write] of writesOf(wire, asked).entries()) {
    if (index > 0 && asked.delayMs > 0) await sleep(asked.delayMs);
    if (reply.destroyed) return;
    if (index === 0 && note) note.firstMs = clock();
    const hasRoom = reply.write(write);
    if (!hasRoom) {
      await roomIn(reply);
    } else if (asked.delayMs === 0) await nextTurn();
  }
  reply.end();
}

function sendJson(reply, value) {
  const bytes = Buffer.from(JSON.stringify(value));
  reply.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  reply.end(bytes);
}

async function answer(reply, body, url) {
  const wire = wires.find(({ path }) => path === url.pathname);
  if (!wire) return reply.writeHead(404).end();
  const asked = parseModelName(body.model ?? body.model_id);
  const tag = /tag=(\w+)/.exec(JSON.stringify(body.messages ?? body.prompt))?.[1];
  let note;
  if (tag) {
    note = { cameMs: clock() };
    note.over = new Promise((done) => {
      reply.once('close', () => {
        note.closedMs = clock();
        done();
      });
    });
    seen.set(tag, note);
  }
  if (wire.isStream(body)) return stream(reply, wire, asked, note);
  if (asked.delayMs > 0) await sleep(asked.delayMs);
  sendJson(reply, wire.whole(expectedText(asked), piecesOf(asked).length, body));
}

const server = createServer({ keepAliveTimeout: 120_000, noDelay: true }, async (request, reply) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/most') {
    sendJson(reply, { mostRequests, allRequests });
    mostRequests = 0;
    allRequests = 0;
    return;
  }
  if (url.pathname === '/seen') {
    const { over, ...note } = seen.get(url.searchParams.get('tag'));
    await Promise.race([over, sleep(3000, undefined, { ref: false })]);
    return sendJson(reply, { ...note, closedMs: seen.get(url.searchParams.get('tag')).closedMs ?? null });
  }
  requests += 1;
  allRequests += 1;
  mostRequests = Math.max(mostRequests, requests);
  reply.on('close', () => {
    requests -= 1;
  });
  const parts = [];
  for await (const part of request) parts.push(part);
  await answer(reply, JSON.parse(Buffer.concat(parts)), url);
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
