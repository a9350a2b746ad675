import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type DoctorReport, run } from '../src/index.js';
import { FakeIo } from './support/fake-io.js';
import { json, modelList, serve } from './support/loopback.js';
import { core, onCore, type ProjectTree, projectTree, type TreeEntry } from './support/project-tree.js';
import { runBin } from './support/run-bin.js';

const app = { name: 'app', version: '1.0.0', dependencies: { '@melliflow/core': '^1.0.0' } };
const healthy = { '.': app, 'node_modules/@melliflow/core': core('1.0.0') };
const sick = { '.': app, 'node_modules/@melliflow/core': core('2.0.0') };

/** A llamacpp whose engine is this source. */
function llamacpp(engine: string, binary = '@node-llama-cpp/none'): Record<string, TreeEntry> {
  const platform = `${{ darwin: 'mac', win32: 'win' }[process.platform as string] ?? process.platform}-${process.arch}`;
  return {
    ...healthy,
    'node_modules/@melliflow/backend-llamacpp': onCore('@melliflow/backend-llamacpp', '1.0.0', '^1.0.0', {
      dependencies: { 'node-llama-cpp': '^3.0.0' },
    }),
    'node_modules/node-llama-cpp': {
      name: 'node-llama-cpp',
      version: '3.22.1',
      type: 'module',
      exports: './index.js',
      optionalDependencies: { [`@node-llama-cpp/${platform}`]: '3.22.1' },
    },
    'node_modules/node-llama-cpp/index.js': engine,
    [`node_modules/${binary.replace('<this>', platform)}`]: { name: binary, version: '3.22.1' },
    'node_modules/@melliflow/model-tiny': { name: '@melliflow/model-tiny', version: '1.0.0' },
    'node_modules/@melliflow/model-tiny/tiny.gguf': 'GGUF and more',
  };
}

async function doctor(
  tree: ProjectTree,
  args: readonly string[] = [],
  { env = {}, isTTY = false }: { readonly env?: Record<string, string>; readonly isTTY?: boolean } = {},
) {
  const io = new FakeIo();
  Object.assign(io, { env });
  Object.assign(io.stdout, { isTTY });
  const code = await run(['doctor', tree.folder, ...args], io);
  expect(io.listeners).toBe(0);
  return { code, stdout: io.stdout.text, stderr: io.stderr.text };
}

async function findingsOf(tree: ProjectTree, area: string) {
  const report: DoctorReport = JSON.parse((await doctor(tree, ['--json'])).stdout);
  return report.findings.filter((one) => one.area === area);
}

describe('melliflow doctor', () => {
  it('ends with 0 when all is well, with 1 when there is a problem, and names the command that mends it', async () => {
    using good = projectTree(healthy);
    using bad = projectTree(sick);
    const well = await doctor(good);
    expect(well).toMatchObject({ code: 0, stderr: '' });
    expect(well.stdout).toMatch(
      /^.*\n\nnode\n {2}✓ Node [\d.]+ +\w+ \w+\n\npackages\n {2}✓ @melliflow\/core 1\.0\.0\n/,
    );
    expect(well.stdout).toMatch(/\n\nAll is well[^\n]*\.\n$/);
    const ill = await doctor(bad);
    expect(ill).toMatchObject({ code: 1, stderr: '' });
    expect(ill.stdout).toContain(
      '  ✗ app 1.0.0              It needs @melliflow/core ^1.0.0, and gets 2.0.0.\n' +
        '      npm install @melliflow/core@^1.0.0\n',
    );
    expect(ill.stdout).toMatch(/\n\n1 problem[^\n]*\.\n$/);
  });

  it('is coloured on a terminal only, and not under NO_COLOR', async () => {
    using tree = projectTree(sick);
    const plain = (await doctor(tree)).stdout;
    const coloured = (await doctor(tree, [], { isTTY: true })).stdout;
    expect(plain).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[31m✗\u001b[39m');
    expect(stripVTControlCharacters(coloured)).toBe(plain);
    const env = { NO_COLOR: '1' };
    expect((await doctor(tree, [], { isTTY: true, env })).stdout).toBe(plain);
  });

  it('has these members as JSON, and asks each --url', async () => {
    await using one = await serve(json({ '/v1/models': modelList('a') }));
    await using two = await serve(json({ '/info': { model_id: 'b' } }));
    using tree = projectTree(healthy);
    const args = ['--url', `${one.url}/v1`, '--url', two.url, '--timeout', '5000', '--json'];
    const env = { OPENAI_API_KEY: 'sk-not-to-be-shown' };
    const { code, stdout, stderr } = await doctor(tree, args, { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('sk-not-to-be-shown');
    const report: DoctorReport = JSON.parse(stdout);
    expect(Object.keys(report)).toEqual([
      'doctor',
      'healthy',
      'folder',
      'node',
      'packages',
      'variables',
      'servers',
      'findings',
    ]);
    expect(report).toMatchObject({ doctor: 1, healthy: true, folder: tree.folder });
    expect(Object.keys(report.node)).toEqual(['version', 'platform', 'arch']);
    expect(report.packages.map(Object.keys)).toEqual([
      ['name', 'version', 'folder', 'requiredBy', 'contract'],
    ]);
    expect(report.variables).toEqual([{ name: 'OPENAI_API_KEY', endpoint: 'https://api.openai.com/v1' }]);
    expect(report.servers.filter(({ url }) => !url.endsWith(':11434'))).toEqual([
      { url: `${one.url}/v1`, kind: 'openai', models: ['a'], modelCount: 1 },
      { url: two.url, kind: 'tgi', models: ['b'], modelCount: 1 },
    ]);
    for (const finding of report.findings)
      expect(Object.keys(finding)).toEqual(['area', 'level', 'code', 'subject', 'message', 'fix']);
  });

  it.each([
    [['no/such/folder'], /^error: there is no folder .*no\/such\/folder\. Name the folder/],
    [['.', 'other'], /too many arguments for 'doctor'/],
    [['--url', 'localhost:8000'], /'--url <server>' argument 'localhost:8000' is invalid\. It takes an http/],
    [
      ['--url', 'http://me:word@localhost'],
      /^error: --url: the address must be without a name and a password/,
    ],
    [['--timeout', '0'], /'--timeout <ms>' argument '0' is invalid\. It takes milliseconds/],
  ])('ends with 2 for %j', async (args, message) => {
    const io = new FakeIo();
    expect(await run(['doctor', ...args], io)).toBe(2);
    expect(io.stderr.text).toMatch(message);
    expect(io.stdout.text).toBe('');
  });
});

describe('the engine of llamacpp', () => {
  it('is tried in a process of its own', async () => {
    using tree = projectTree(
      llamacpp(
        'console.log("hello"); export const getLlama = async () => ({ on: setInterval(() => {}, 9) });',
      ),
    );
    expect(await findingsOf(tree, 'engines')).toMatchObject([
      { level: 'ok', code: 'engine.loads', subject: 'node-llama-cpp 3.22.1' },
      { level: 'ok', code: 'model.tiny' },
    ]);
  });

  it('without the binary for this platform is told so', async () => {
    using tree = projectTree(llamacpp('export const getLlama = async () => { throw new Error("none"); };'));
    expect((await findingsOf(tree, 'engines'))[0]).toMatchObject({
      level: 'problem',
      code: 'engine.binary',
      message: expect.stringMatching(/^Its binary for \S+ is not installed \(@node-llama-cpp\/\S+\)\.$/),
      fix: 'npm install --force --include=optional',
    });
  });

  it.each([
    [
      'export const getLlama = async () => { throw new TypeError("GLIBC_9.9 not found"); };',
      'TypeError: GLIBC_9.9 not found',
    ],
    ['export const getLlama = () => process.kill(process.pid, "SIGKILL");', 'it ended with SIGKILL.'],
  ])('that does not load is told why: %s', async (engine, why) => {
    using tree = projectTree(llamacpp(engine, '@node-llama-cpp/<this>'));
    expect((await findingsOf(tree, 'engines'))[0]).toMatchObject({
      level: 'problem',
      code: 'engine.unloadable',
      message: expect.stringContaining(`: ${why}`),
    });
  });

  it('needs a model: one that is broken is a problem, one that is not installed a note', async () => {
    const tiny = 'node_modules/@melliflow/model-tiny';
    const engine = llamacpp('export const getLlama = async () => ({});');
    using broken = projectTree({ ...engine, [`${tiny}/tiny.gguf`]: 'version https://git-lfs' });
    expect((await findingsOf(broken, 'engines'))[1]).toMatchObject({ level: 'problem', code: 'model.tiny' });
    const { [tiny]: _, [`${tiny}/tiny.gguf`]: __, ...rest } = engine;
    using missing = projectTree(rest);
    expect((await findingsOf(missing, 'engines'))[1]).toMatchObject({
      level: 'note',
      fix: 'npm install @melliflow/model-tiny',
    });
  });
});

describe('the program', () => {
  it('looks at the folder that it runs in, and ends by itself', async () => {
    // It sends back the key that it was sent, and more.
    await using server = await serve(({ url, headers: { authorization = '' } }, response) => {
      response.statusCode = url === '/v1/models' ? 200 : 404;
      response.end(JSON.stringify(modelList('a\u001b[2J', authorization)));
    });
    using tree = projectTree(sick);
    const env = {
      OLLAMA_HOST: server.url,
      OPENAI_API_KEY: 'sk-not-to-be-shown',
      OPENAI_BASE_URL: `${server.url}/v1`,
    };
    const ending = await runBin(['doctor', '--url', `${server.url}/v1`], { cwd: tree.folder, env });
    expect(ending).toMatchObject({ code: 1, signal: null, stderr: '' });
    expect(ending.stdout).toContain(`✓ OPENAI_API_KEY             goes to ${server.url}/v1\n`);
    expect(ending.stdout).toContain("OpenAI's wire: a\ufffd[2J, Bearer [hidden]\n");
    expect(ending.stdout).toContain("It is another server than Ollama (OpenAI's wire).\n");
    expect(ending.stdout).not.toContain('sk-not-to-be-shown');
  });
});
