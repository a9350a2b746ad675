// Runs program.mjs on Node, Deno, Bun and in Chromium, and compares what it gives. Deno and Bun come from the npm
// registry into a temporary folder; Chromium is the machine's, or is installed where that is possible (Debian, root).
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'runtimes-'));
const program = join(import.meta.dirname, 'print.mjs');
const quiet = { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };

function output(command, args) {
  return JSON.parse(execFileSync(command, args, quiet));
}

function installed(name, version) {
  execFileSync(
    'npm',
    ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${version}`],
    quiet,
  );
  return join(folder, 'node_modules', '.bin', name);
}

function chromium() {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (found) return found;
  if (!existsSync('/usr/bin/apt-get'))
    throw new Error('Chromium is not installed, and only Debian is known how to get it.');
  execFileSync('apt-get', ['update', '-qq'], quiet);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet);
  return '/usr/bin/chromium';
}

/** Serves the bundled program and resolves with what the page sends back. */
async function inBrowser(browser) {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { run } from './program.mjs';
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
        if (request.url !== '/result') {
          return reply
            .setHeader('content-type', 'text/html')
            .end('<script type="module" src="/program.js"></script>');
        }
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
        flags.push(
          '--disable-component-update',
          '--disable-sync',
          `--user-data-dir=${join(folder, 'profile')}`,
        );
        child = spawn(browser, [...flags, `http://127.0.0.1:${server.address().port}/`], { stdio: 'ignore' });
        child
          .on('error', reject)
          .on('exit', (code) => reject(new Error(`Chromium ended with code ${code}.`)));
      });
    });
  } finally {
    child?.removeAllListeners('exit');
    const gone = new Promise((resolve) => child?.once('exit', resolve) ?? resolve());
    child?.kill();
    await gone;
    server.closeAllConnections();
    server.close();
  }
}

try {
  const expected = output(process.execPath, [program]);
  const runtimes = {
    Deno: async () => output(installed('deno', '2.9.6'), ['run', '--allow-all', '--no-remote', program]),
    Bun: async () => output(installed('bun', '1.4.5'), [program]),
    Chromium: () => inBrowser(chromium()),
  };
  for (const [name, run] of Object.entries(runtimes)) {
    assert.deepEqual(await run(), expected, `${name} gives something else than Node`);
    console.log(`${name}: the same as Node`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
