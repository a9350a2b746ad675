// Opens a page in headless Chromium, served from here: the machine's, or one that is installed where that is possible.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const quiet = { stdio: ['ignore', 'pipe', 'inherit'] };
const types = { '.html': 'text/html', '.js': 'text/javascript' };
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function chromium() {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (found) return found;
  if (!existsSync('/usr/bin/apt-get'))
    throw new Error('Chromium is not installed, and only Debian is known how to get it.');
  execFileSync('apt-get', ['update', '-qq'], quiet);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet);
  return '/usr/bin/chromium';
}

/** A page that reports nothing until then has failed. */
const LIMIT_MS = 60_000;

/** A file of a folder, when it has one of that name. */
function fileOf(site, url) {
  const file = join(site, normalize(url === '/' ? '/index.html' : url));
  const type = types[extname(file)];
  return type && existsSync(file) ? { type, body: readFileSync(file) } : undefined;
}

/** Ends a browser with all its processes; one that ended by itself may have left some. */
async function end(child) {
  if (!child?.pid) return;
  const isRunning = child.exitCode === null && child.signalCode === null;
  const gone = isRunning ? once(child, 'exit') : null;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // nobody is left
  }
  await gone;
}

/**
 * Opens a folder's index.html and resolves with what the page reports. `answer` gets its other requests. The browser
 * does not outlive this process, which may be stopped meanwhile.
 */
export async function inBrowser({ site, profile, answer, browser = chromium() }) {
  let child;
  const stopped = () => end(child).finally(() => process.exit(1));
  const signals = ['SIGINT', 'SIGTERM'];
  for (const signal of signals) process.once(signal, stopped);
  let timer;
  const server = createServer();
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`The page reported nothing in ${LIMIT_MS} ms.`)), LIMIT_MS);
      server.on('request', (request, reply) => {
        if (request.url === '/result') return read(request, reply).then(resolve, reject);
        const file = fileOf(site, request.url);
        if (file) return reply.setHeader('content-type', file.type).end(file.body);
        return answer ? answer(request, reply).catch(reject) : reply.writeHead(404).end();
      });
      server.listen(0, '127.0.0.1', () => {
        const url = `http://127.0.0.1:${server.address().port}/`;
        child = spawn(browser, [...flags, `--user-data-dir=${profile}`, url], {
          stdio: 'ignore',
          detached: true, // a group of its own, so that all its processes can be ended
        });
        child
          .on('error', reject)
          .on('exit', (code) => reject(new Error(`Chromium ended with code ${code}.`)));
      });
    });
  } finally {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, stopped);
    await end(child);
    server.closeAllConnections();
    server.close();
  }
}

async function read(request, reply) {
  let body = '';
  for await (const text of request.setEncoding('utf8')) body += text;
  reply.end();
  const result = JSON.parse(body);
  if (result.failed) throw new Error(`The page failed: ${result.failed}`);
  return result;
}
