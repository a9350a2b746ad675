import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runBeside } from '../beside.mjs';

const folder = mkdtempSync(join(tmpdir(), 'beside-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A command that runs this JavaScript. */
function program(name: string, source: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, source);
  return `"${process.execPath}" "${file}"`;
}

async function told(
  commands: readonly string[],
  atOnce?: number,
): Promise<{ code: number; texts: string[] }> {
  const texts: string[] = [];
  const code = await runBeside(commands, { atOnce, tell: (text: string) => texts.push(text) });
  return { code, texts };
}

/** A server that answers when so many have asked, so that programs can end only beside each other. */
async function meeting(count: number): Promise<{ server: Server; url: string }> {
  const waiting: ServerResponse[] = [];
  const server = createServer((_, reply) => {
    if (waiting.push(reply) === count) for (const one of waiting) one.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it('runs them at the same time', async () => {
  const { server, url } = await meeting(2);
  const commands = ['a', 'b'].map((name) =>
    program(`meets-${name}`, `await fetch('${url}'); console.log('met');`),
  );
  const { code, texts } = await told(commands);
  server.close();
  expect(code).toBe(0);
  expect(texts.join('\n')).toMatch(/\nmet\n[\s\S]+\nmet\n\nall passed$/);
});

it('runs no more at once than it may', async () => {
  const journal = join(folder, 'journal');
  const commands = ['a', 'b', 'c'].map((name) =>
    program(
      `writes-${name}`,
      `import { appendFileSync } from 'node:fs';
      const write = (text) => appendFileSync(${JSON.stringify(journal)}, text);
      write('<'); setImmediate(() => write('>'));`,
    ),
  );
  expect((await told(commands, 1)).code).toBe(0);
  expect(readFileSync(journal, 'utf8')).toBe('<><><>');
});

it('keeps apart what they print, and the order in which each does', async () => {
  const lines = 'for (let i = 0; i < 100; i++) { console.log(name + i); await new Promise(setImmediate); }';
  const { texts } = await told(
    ['a', 'b'].map((name) => program(`prints-${name}`, `const name = '${name}'; ${lines}`)),
  );
  const printed = texts.slice(0, 2).map((text) => text.trim().split('\n').slice(1));
  const expected = ['a', 'b'].map((name) => Array.from({ length: 100 }, (_, i) => `${name}${i}`));
  expect(printed.toSorted()).toEqual(expected);
});

it('lets all end and fails when one does, with its name', async () => {
  const broken = program('broken', "console.error('why'); process.exitCode = 3;");
  const { code, texts } = await told([broken, program('fine', "console.log('ran');")], 1);
  expect(code).toBe(1);
  expect(texts[0]).toMatch(/exit code 3 after [\d.]+ s\nwhy$/);
  expect(texts[1]).toMatch(/exit code 0 after [\d.]+ s\nran$/);
  expect(texts[2]).toBe(`\nfailed: ${broken}`);
});

it('fails for a command that is not there', async () => {
  expect((await told(['melliflow-is-no-command'])).code).toBe(1);
});
