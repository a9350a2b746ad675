// Cassettes in the test runners of strangers: recorded, replayed, missed and recorded anew by vitest, node:test and jest.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The program under test: a model that notes each time it is asked, and a cassette around it. */
const program = `
import { appendFileSync } from 'node:fs';
import { Backend, Context } from '@melliflow/core';
import { cassette } from '@melliflow/testing/cassettes';

class Empty extends Context {
  viewForGeneration() {
    return [];
  }
}

class Model extends Backend {
  provider = 'trial';
  modelId = 'm';
  async *_generateFromContext({ action }) {
    appendFileSync(process.env.ASKED, 'x');
    for (const text of ['A story: ', String(action)]) yield { type: 'text', text };
    yield { type: 'finish', reason: 'stop' };
  }
  async _generateFromRaw() {
    return [];
  }
}

export async function story(runner) {
  const file = new URL(\`./cassettes/\${runner}.json\`, import.meta.url);
  const backend = cassette(new Model(), { file });
  const [thunk] = await backend.generateFromContext(\`Tell of a \${process.env.WORD} at sea.\`, new Empty());
  const text = await thunk.avalue();
  backend.assertAllPlayed();
  return text;
}
`;

const body = (runner) => `
import { story } from '../program.mjs';
test('tells a story', async () => {
  assert.equal(await story('${runner}'), \`A story: Tell of a \${process.env.WORD} at sea.\`);
});
`;
const strict = "import assert from 'node:assert/strict';\n";

const runners = {
  vitest: {
    file: 'vitest/story.test.mjs',
    test: `${strict}import { test } from 'vitest';${body('vitest')}`,
    args: ['node_modules/vitest/vitest.mjs', 'run', '--dir', 'vitest'],
  },
  'node:test': {
    file: 'node/story.test.mjs',
    test: `${strict}import test from 'node:test';${body('node')}`,
    args: ['--test', 'node/story.test.mjs'],
    updateArgs: ['node/story.test.mjs', '--update'],
  },
  jest: {
    file: 'jest/story.test.mjs',
    test: `${strict}${body('jest')}`,
    args: ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--config', 'jest.config.json'],
  },
};

/** Runs each runner through the life of a cassette; rejects with what was printed when one step goes wrong. */
export async function testRunners() {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'test-runners-'));
  try {
    await makeProject(folder);
    await Promise.all(Object.keys(runners).map((name) => lifeOf(folder, name)));
    return `a cassette is recorded, replayed, missed and recorded anew by ${Object.keys(runners).join(', ')}`;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function lifeOf(folder, name) {
  const { args, updateArgs } = runners[name];
  const asked = join(folder, `asked-${name.replace(':', '-')}`);
  const expectRun = async (what, { passes, count, shows }, environment, command = args) => {
    const { code, printed } = await run(process.execPath, command, folder, { ASKED: asked, ...environment });
    const times = existsSync(asked) ? readFileSync(asked, 'utf8').length : 0;
    const told = `${name}, ${what}: exit code ${code}, the model was asked ${times} times\n${printed}`;
    assert.equal(code === 0, passes, told);
    assert.equal(times, count, told);
    for (const text of shows ?? []) assert.ok(printed.includes(text), `${told}\nIt does not show ${text}`);
  };
  const shows = ['CassetteMissError', 'Tell of a [-robot-]{+whale+} at sea.', 'MELLIFLOW_CASSETTES=update'];
  await expectRun('the first run', { passes: true, count: 1 }, { WORD: 'robot' });
  await expectRun('a replay in CI', { passes: true, count: 1 }, { WORD: 'robot', CI: '1' });
  await expectRun('another word', { passes: false, count: 1, shows }, { WORD: 'whale' });
  await expectRun('an update', { passes: true, count: 2 }, { WORD: 'whale', MELLIFLOW_CASSETTES: 'update' });
  await expectRun('its replay', { passes: true, count: 2 }, { WORD: 'whale', CI: '1' });
  if (updateArgs) await expectRun('a flag', { passes: true, count: 3 }, { WORD: 'ship' }, updateArgs);
}

/** A project with the packed packages and the runners, and a test for each. */
async function makeProject(folder) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const filters = ['core', 'testing'].map((name) => `--filter=@melliflow/${name}`);
  const pack = [
    '--yes',
    packageManager,
    '--pm-on-fail=ignore',
    ...filters,
    'pack',
    '--pack-destination',
    folder,
  ];
  await mustRun('npx', pack, root);
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const ours = tarballs.map((name) => [`@melliflow/${/melliflow-(\w+)/.exec(name)[1]}`, `file:${name}`]);
  const dependencies = { ...Object.fromEntries(ours), jest: '^30.0.0', vitest: '^4.0.0' };
  write(folder, 'package.json', JSON.stringify({ private: true, type: 'module', dependencies }));
  write(folder, 'jest.config.json', JSON.stringify({ transform: {}, testMatch: ['**/jest/*.test.mjs'] }));
  write(folder, 'program.mjs', program);
  for (const { file, test } of Object.values(runners)) write(folder, file, test);
  await mustRun(
    'npm',
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'],
    folder,
  );
}

function write(folder, path, text) {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

/** What would change how a cassette or a runner behaves. */
const notHandedOn = new Set([
  'CI',
  'MELLIFLOW_CASSETTES',
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_TEST_CONTEXT',
  'VITEST',
]);

/** Runs a command and resolves with how it ended. */
function run(command, args, cwd, environment = {}) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !notHandedOn.has(name)));
  const options = { cwd, env: { ...env, NO_COLOR: '1', FORCE_COLOR: '0', ...environment }, shell: false };
  if (process.platform === 'win32') options.shell = command !== process.execPath;
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? 1) : 0, printed: stdout + stderr });
    });
  });
}

async function mustRun(command, args, cwd) {
  const { code, printed } = await run(command, args, cwd);
  assert.equal(code, 0, `${command} ${args.join(' ')}\n${printed}`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  console.log(await testRunners());
