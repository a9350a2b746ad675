// Streams from a real provider as a user does, by the `melliflow` command, and checks what it prints: `node live.mjs
// --backend openai --model gpt-5-mini [--base-url URL]`. The keys come from the environment; no text of a model and
// nothing of the environment is printed. Wants a build, as `npm start -- --help` makes one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { assertStoppedAtThird } from './clone-check.mjs';
import { root } from './prepare.mjs';

const bin = join(root, 'packages', 'cli', 'dist', 'bin.js');
const STORY = 'Write a story of six short sentences about a robot.';

/** The values of the environment that nobody may see. */
const secrets = Object.entries(process.env)
  .filter(([name, value]) => /KEY|TOKEN|SECRET/.test(name) && value !== undefined && value.length >= 8)
  .map(([, value]) => value);

function withoutSecrets(printed) {
  return secrets.reduce((kept, secret) => kept.replaceAll(secret, '[secret]'), printed);
}

/** Runs the program to its end; gives its exit code and its events. */
async function stream(where, args) {
  const child = spawn(process.execPath, [bin, 'stream', '--json', ...where, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  const events = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { code, stdout, stderr, events };
}

/** The text of a run that was to be complete. */
function whole({ code, stderr, events }) {
  assert.equal(code, 0, `the exit code is ${code}: ${stderr}`);
  const completed = events.at(-1);
  assert.equal(completed?.type, 'completed');
  assert.equal(completed.success, true);
  assert.ok(completed.fullText.trim().length > 0, 'the text is empty');
  return completed.fullText;
}

/** What is tried, by what it shows; each gives what can be said of it without the text. */
const trials = {
  'a text comes whole': async (where) => {
    const run = await stream(where, [STORY]);
    const length = whole(run).length;
    return `${run.events.filter(({ type }) => type === 'chunk').length} chunks, ${length} characters`;
  },
  'a stream is cut at its third sentence': async (where) => {
    const { code, stdout, stderr } = await stream(where, ['--max-sentences', '2', STORY]);
    assert.equal(code, 1, `the exit code is ${code}: ${stderr}`);
    assertStoppedAtThird(stdout);
    return 'two shown, the rest given up';
  },
  'JSON fits its schema while it streams': async (where, folder) => {
    const properties = { name: { type: 'string' }, legs: { type: 'integer' } };
    const schema = { type: 'object', properties, required: ['name', 'legs'], additionalProperties: false };
    const file = join(folder, 'robot.json');
    writeFileSync(file, JSON.stringify(schema));
    const prompt = `Answer with JSON alone, without a code fence, by this schema: ${JSON.stringify(schema)}`;
    const robot = JSON.parse(whole(await stream(where, ['--json-schema', file, prompt])));
    assert.deepEqual(Object.keys(robot).toSorted(), ['legs', 'name']);
    return 'an object with both members';
  },
};

async function main() {
  const { values } = parseArgs({
    options: { backend: { type: 'string' }, model: { type: 'string' }, 'base-url': { type: 'string' } },
  });
  const { backend, model, 'base-url': baseUrl } = values;
  if (!backend || !model) throw new Error('Name who is asked: --backend openai --model gpt-5-mini.');
  const where = ['--backend', backend, '--model', model, ...(baseUrl ? ['--base-url', baseUrl] : [])];
  const folder = mkdtempSync(join(tmpdir(), 'live-'));
  try {
    for (const [name, trial] of Object.entries(trials)) {
      try {
        console.log(`ok      ${name}: ${await trial(where, folder)}`);
      } catch (error) {
        process.exitCode = 1;
        console.log(`FAILED  ${name}: ${withoutSecrets(error.message)}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
