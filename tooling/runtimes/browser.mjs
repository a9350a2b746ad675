// Runs a program in headless Chromium, served from here: the machine's, or one that is installed where that is possible.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { build } from 'esbuild';

const quiet = { stdio: ['ignore', 'pipe', 'inherit'] };

export function chromium() {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (found) return found;
  if (!existsSync('/usr/bin/apt-get'))
    throw new Error('Chromium is not installed, and only Debian is known how to get it.');
  execFileSync('apt-get', ['update', '-qq'], quiet);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet);
  return '/usr/bin/chromium';
}

/**
 * Bundles a module whose `run()` gives a result, serves it, and resolves with what the page sends back. `answer` gets
 * the requests that the program makes.
 */
export async function inBrowser(browser, { module, profile, answer }) {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { run } from '${module}';
        const send = (result) => fetch('/result', { method: 'POST', body: JSON.stringify(result) });
        run().then(send, (error) => send({ failed: String(error?.stack ?? error) }));`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
  });
  const script = outputFiles[0].text;
  let child;
  const server = createServer();
  try {
    return await new Promise((resolve, reject) => {
      server.on('request', (request, reply) => {
        if (request.url === '/program.js')
          return reply.setHeader('content-type', 'text/javascript').end(script);
        if (request.url === '/') {
          return reply
            .setHeader('content-type', 'text/html')
            .end('<script type="module" src="/program.js"></script>');
        }
        if (request.url !== '/result')
          return answer ? answer(request, reply).catch(reject) : reply.writeHead(404).end();
        let body = '';
        request
          .on('data', (bytes) => (body += bytes))
          .on('end', () => resolve(JSON.parse(reply.end() && body)));
      });
      server.listen(0, '127.0.0.1', () => {
        const flags = [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--no-first-run',
          '--disable-background-networking',
        ];
        flags.push('--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`);
        child = spawn(browser, [...flags, `http://127.0.0.1:${server.address().port}/`], {
          stdio: 'ignore',
          detached: true, // a group of its own, so that all its processes can be ended
        });
        child
          .on('error', reject)
          .on('exit', (code) => reject(new Error(`Chromium ended with code ${code}.`)));
      });
    });
  } finally {
    child?.removeAllListeners('exit');
    const gone = new Promise((resolve) => child?.once('exit', resolve) ?? resolve());
    if (child?.pid) process.kill(-child.pid, 'SIGKILL');
    await gone;
    server.closeAllConnections();
    server.close();
  }
}
