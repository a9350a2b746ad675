import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const beside = pathToFileURL(fileURLToPath(new URL('../beside.mjs', import.meta.url))).href;
const folder = mkdtempSync(join(tmpdir(), 'beside-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, source: string): string {
  const file = join(folder, name);
  writeFileSync(file, source);
  return file;
}

/** What a command starts in turn: it stays until somebody ends it, which cuts its connection. */
const staying = write(
  'staying.mjs',
  "import { connect } from 'node:net'; connect(process.env.PORT, '127.0.0.1'); setInterval(() => {}, 1000);",
);
const starting = write(
  'starting.mjs',
  `import { spawn } from 'node:child_process'; spawn(process.execPath, [${JSON.stringify(staying)}]);`,
);

// Windows has no signals that a process can be asked to end by.
it.runIf(process.platform !== 'win32').each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends what the commands have started, too, and begins no other', async (signal, code) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const begun = join(folder, `begun-${signal}`);
  const commands = [`"${process.execPath}" "${starting}"`, `echo begun > "${begun}"`];
  // One at a time: the second would begin when the first has ended.
  const program = `import { runBeside } from '${beside}';
    process.exitCode = await runBeside(${JSON.stringify(commands)}, { atOnce: 1 });`;
  const whole = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, PORT: String((server.address() as AddressInfo).port) },
    stdio: 'ignore',
  });
  const ended = once(whole, 'exit');
  const [connection] = await once(server, 'connection');
  const cut = once(
    connection.resume().on('error', () => undefined),
    'close',
  );
  whole.kill(signal);
  expect(await ended).toEqual([code, null]);
  await cut;
  expect(existsSync(begun)).toBe(false);
  server.close();
});
