import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { openaiServer, type WireServer } from '@melliflow/backend-conformance/servers';
import { expect, it } from 'vitest';

const live = fileURLToPath(new URL('../live.mjs', import.meta.url));
const key = 'sk-test-3Fq8Wb5Yn1Lk6Cz0';

/** Asks the servers of the exam as if they were a provider. */
async function run(server: WireServer): Promise<{ code: number | null; printed: string }> {
  const args = [live, '--backend', 'openai', '--model', 'm', '--base-url', server.baseURL];
  const env = { ...process.env, OPENAI_API_KEY: key };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const printed = (await Promise.all([text(child.stdout), text(child.stderr)])).join('');
  return { code: await ended, printed };
}

const story = ['One came. ', 'Two came. ', 'Three came. ', 'Four came.'];
const robot = ['{"name": "Felix"', ', "legs": 2}'];

it('passes for a provider that does what it should', async () => {
  await using server = await openaiServer();
  server.reply({ deltas: story }, { deltas: story }, { deltas: robot });
  const { code, printed } = await run(server);
  expect(printed).toBe(
    `ok      a text comes whole: 4 chunks, 42 characters
ok      a stream is cut at its third sentence: two shown, the rest given up
ok      JSON fits its schema while it streams: an object with both members
`,
  );
  expect(code).toBe(0);
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(
    Array.from({ length: 3 }, () => `Bearer ${key}`),
  );
});

it('fails for one that does not, says what without a key, and goes on', async () => {
  await using server = await openaiServer();
  const refused = { kind: 'status', status: 401, message: `Incorrect API key provided: ${key}` } as const;
  server.reply({ fault: refused }, { deltas: story.slice(0, 1) }, { deltas: ['{"name": 7', '}'] });
  const { code, printed } = await run(server);
  const [one, two, three] = printed.split('FAILED  ').slice(1);
  expect(one).toMatch(/^a text comes whole: the exit code is 3: error \(auth/);
  expect(two).toMatch(/^a stream is cut at its third sentence: the exit code is 0/);
  expect(three).toMatch(/^JSON fits its schema while it streams: the exit code is 1/);
  expect(printed).not.toContain(key);
  expect(code).toBe(1);
});
