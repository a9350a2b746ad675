import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, say } from './prepare.mjs';

const PROMPT = 'Write a short story about a robot.';

/** A stream that may have two sentences and is stopped at the third: what `--json` must print, line by line. */
export function assertStoppedAtThird(stdout) {
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const order = events.map((event) => event.type);
  assert.deepEqual(order, ['quick_check', 'chunk', 'quick_check', 'chunk', 'quick_check', 'completed']);
  const [first, one, second, two, third, completed] = events;
  assert.deepEqual([first.passed, second.passed, third.passed], [true, true, false]);
  assert.deepEqual(
    [first, one, second, two, third].map((event) => event.chunkIndex),
    [0, 0, 1, 1, 2],
  );
  assert.equal(completed.success, false);
  // What was shown and nothing else: the two sentences, joined by what the model put between them.
  assert.ok(completed.fullText.startsWith(one.text), 'fullText begins with the first sentence');
  assert.ok(completed.fullText.endsWith(two.text), 'fullText ends with the second sentence');
  assert.equal(completed.fullText.replace(one.text, '').replace(two.text, '').trim(), '');
}

/** Runs npm in a folder as a user would and resolves with what came out. */
function npm(folder, args) {
  const startMs = performance.now();
  const { MELLIFLOW_READY: _, ...env } = process.env; // the clone is not
  const child = spawn('npm', args, {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const result = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      result[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      say(
        `npm ${args.join(' ')}: exit code ${code} after ${((performance.now() - startMs) / 1000).toFixed(1)} s`,
      );
      resolve({ ...result, code });
    });
  });
}

/** Runs the assertions; what the command printed is part of the message when one fails. */
function expecting(result, assertions) {
  try {
    assertions();
  } catch (error) {
    const { code, stdout, stderr } = result;
    throw new Error(`${error.message}\nexit code: ${code}\nstdout:\n${stdout}\nstderr:\n${stderr}`, {
      cause: error,
    });
  }
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'melliflow-clone-'));
  try {
    say('checking what is committed in a fresh clone');
    const clone = spawnSync('git', ['clone', '--quiet', root, folder], { stdio: ['ignore', 2, 2] });
    assert.equal(clone.status, 0, 'git clone failed');

    const stopped = ['start', '--silent', '--', '--json', '--max-sentences', '2', PROMPT];
    const cold = await npm(folder, stopped);
    expecting(cold, () => {
      assertStoppedAtThird(cold.stdout);
      assert.equal(cold.code, 1);
    });

    const story = await npm(folder, ['start', '--silent']);
    expecting(story, () => {
      assert.equal(story.code, 0);
      assert.ok(story.stdout.trim().length > 0, 'npm start printed nothing');
    });

    const warm = await npm(folder, stopped);
    expecting(warm, () => {
      assertStoppedAtThird(warm.stdout);
      assert.doesNotMatch(warm.stderr, /installing|building/);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log('the clone works');
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
