import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, test as everywhere, expect } from 'vitest';
import { inBrowser } from '../programs/chromium.mjs';

const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Scripts that run by themselves stand for the browser, which Windows has not. */
const test = everywhere.runIf(process.platform !== 'win32');

/** A program that stands for the browser. */
function browserOf(name: string, source: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!${process.execPath}\n${source}`, { mode: 0o755 });
  return file;
}

const site = { site: folder, profile: join(folder, 'profile') };

test('a browser that ends by itself is a failure, and nothing is waited for', async () => {
  const browser = browserOf('ending.cjs', 'process.exit(3);');
  await expect(inBrowser({ ...site, browser })).rejects.toThrow('Chromium ended with code 3.');
});

test('a browser that cannot be started is one, too', async () => {
  await expect(inBrowser({ ...site, browser: join(folder, 'none') })).rejects.toThrow('ENOENT');
});

test('a page that reports ends its browser', async () => {
  const browser = browserOf(
    'reporting.cjs',
    "fetch(process.argv.at(-1) + 'result', { method: 'POST', body: '{\"seen\":1}' }); setInterval(() => {}, 1000);",
  );
  await expect(inBrowser({ ...site, browser })).resolves.toEqual({ seen: 1 });
});

test('a program that is stopped leaves no browser', async () => {
  const browser = browserOf(
    'staying.cjs',
    'fetch(process.argv.at(-1) + process.pid); setInterval(() => {}, 1000);',
  );
  const program = join(folder, 'program.mjs');
  const chromium = pathToFileURL(join(import.meta.dirname, '../programs/chromium.mjs')).href;
  writeFileSync(
    program,
    `import { inBrowser } from '${chromium}';
await inBrowser({ site: '.', profile: 'p', browser: '${browser}', answer: async ({ url }) => console.log(url) });`,
  );
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [told] = await once(child.stdout, 'data');
  const pid = Number(String(told).slice(1));
  expect(process.kill(pid, 0)).toBe(true);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
