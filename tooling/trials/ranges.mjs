// The exam of every backend in empty projects, with the lowest and the newest core and SDK that its package.json allows.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { compare, includes } from '../scripts/range-includes.mjs';
import { manifestIn, ReleaseCopy, root } from './release-copy.mjs';

const execute = promisify(execFile);

/** They wait for timeouts and retries most of the time. */
const AT_ONCE = 4;

const overWire = (wire, settings = '') => `
import { subjectOverWire } from '@melliflow/backend-conformance';
import { ${wire} } from '@melliflow/backend-conformance/servers';
import { createBackend } from '@melliflow/BACKEND';
export const subject = subjectOverWire({
  name: 'BACKEND',
  wire: ${wire}(),
  backend: ({ baseURL }, { apiKey, ...settings }) =>
    createBackend({ modelId: 'm', baseURL, ${settings || 'apiKey'}, ...settings }),
});`;

/** The backends, the SDK of each and how it is shown to the exam. */
const backends = [
  { name: 'backend-openai', sdk: 'openai', subject: overWire('openaiWire') },
  { name: 'backend-ollama', sdk: 'ollama', subject: overWire('ollamaWire') },
  { name: 'backend-hf', sdk: '@huggingface/inference', subject: overWire('hfWire') },
  {
    name: 'backend-watsonx',
    sdk: '@ibm-cloud/watsonx-ai',
    subject: overWire('watsonxWire', "bearerToken: apiKey, projectId: 'p'"),
  },
  { name: 'backend-llamacpp', sdk: 'node-llama-cpp', subject: null },
];

/** The engine for this machine: without optional packages, among them 600 MB for graphics cards, it is named. */
const engines = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
};

/** The released versions of a package, oldest first; none when it was never published. */
async function versionsOf(name) {
  try {
    const { stdout } = await npm(tmpdir(), 'view', name, 'versions', '--json');
    const versions = [JSON.parse(stdout)].flat().filter((version) => /^\d+\.\d+\.\d+$/.test(version));
    return versions.toSorted((a, b) => compare(a.split('.').map(Number), b.split('.').map(Number)));
  } catch (error) {
    if (/E404/.test(error.stderr)) return [];
    throw error;
  }
}

function npm(cwd, ...args) {
  const { NODE_PATH: _, ...env } = process.env;
  return execute('npm', args, { cwd, env, maxBuffer: 1e8, shell: process.platform === 'win32' });
}

/** The lowest and the newest version of each part of a range, such as `^6.49.0 || ^7.0.0`; oldest first. */
async function endsOf(name, range) {
  const released = await versionsOf(name);
  const ends = range.split('||').flatMap((part) => {
    const allowed = released.filter((version) => includes(part, version));
    assert.ok(allowed.length > 0, `${name}: no version is in ${part}`);
    return [allowed[0], allowed.at(-1)];
  });
  return [...new Set(ends)];
}

/** A tarball of core under another version of the same major: what a range allows that is not published yet. */
async function renumbered(tarball, version, folder) {
  mkdirSync(folder);
  await execute('tar', ['-xzf', tarball], { cwd: folder });
  const manifest = { ...manifestIn(tarball), version };
  writeFileSync(join(folder, 'package', 'package.json'), JSON.stringify(manifest));
  const renamed = join(folder, `core-${version}.tgz`);
  await execute('tar', ['-czf', renamed, 'package'], { cwd: folder });
  return renamed;
}

/** What stands for core at both ends of the range: a published version, else this one, under a later number above. */
async function coresFor(range, tarball, folder) {
  const published = (await versionsOf('@melliflow/core')).filter((version) => includes(range, version));
  const own = manifestIn(tarball).version;
  assert.ok(includes(range, own), `core is ${own}, but the backends take ${range}`);
  if (published.length > 0) return [published[0], `file:${tarball}`];
  const later = `${own.split('.')[0]}.999.0`;
  return [`file:${tarball}`, `file:${await renumbered(tarball, later, join(folder, 'later-core'))}`];
}

/** The subject of the engine in this process, as its own tests make it, with the installed package in its middle. */
async function bundledSubject() {
  const { build } = await import(
    pathToFileURL(createRequire(join(root, 'tooling', 'scripts', 'package.json')).resolve('esbuild')).href
  );
  const installed = {
    name: 'installed',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\.\/src\// }, () => ({ path: '@melliflow/backend-llamacpp', external: true }));
      // A file beside it has helpers for tests, which are not run here.
      onResolve({ filter: /^vitest$/ }, () => ({ path: 'vitest', namespace: 'absent' }));
      onLoad({ filter: /./, namespace: 'absent' }, () => ({ contents: 'module.exports = {}' }));
    },
  };
  const contents = "export { scriptedSubject as subject } from './scripted-subject.ts';";
  const stdin = { contents, resolveDir: join(root, 'packages', 'backend-llamacpp', 'test') };
  const options = { bundle: true, format: 'esm', platform: 'node', packages: 'external', write: false };
  const { outputFiles } = await build({ ...options, stdin, plugins: [installed] });
  return outputFiles[0].text;
}

const program = `
import { passed, runExam, sentences } from '@melliflow/backend-conformance';
import { subject } from './subject.mjs';
const report = await runExam(subject);
if (!passed(report)) throw new Error(sentences(report));
const kept = report.results.filter(({ outcome }) => outcome === 'kept').length;
console.log(kept);
`;

/** Installs one backend as a user does, with these versions of core and SDK. */
async function install({ name, sdk }, tarballs, core, version, folder) {
  mkdirSync(folder, { recursive: true });
  const names = [
    'formatter',
    'schema',
    'provider-kit',
    'openai-wire',
    'backend-conformance',
    'model-tiny',
    name,
  ];
  const ours = names.map((one) => [`@melliflow/${one}`, `file:${tarballs.get(one)}`]);
  const dependencies = { ...Object.fromEntries(ours), '@melliflow/core': core, [sdk]: version };
  const more = [];
  if (sdk === 'node-llama-cpp') {
    dependencies[`@node-llama-cpp/${engines[`${process.platform}-${process.arch}`]}`] = version;
    more.push('--omit=optional', '--ignore-scripts');
  }
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }),
  );
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await npm(folder, 'install', ...quiet, ...more);
}

/** Puts an installed backend through the exam. */
async function examine(backend, tarballs, core, version, folder) {
  const { name, subject } = backend;
  await install(backend, tarballs, core, version, folder);
  writeFileSync(
    join(folder, 'subject.mjs'),
    (subject ?? (await bundledSubject())).replaceAll('BACKEND', name),
  );
  writeFileSync(join(folder, 'exam.mjs'), program);
  const { NODE_PATH: _, ...env } = process.env;
  const { stdout } = await execute(process.execPath, ['exam.mjs'], { cwd: folder, env });
  const installed = createRequire(join(folder, 'package.json'));
  const seen = installed('@melliflow/core/package.json').version;
  return `${name} ${version} on core ${seen}: ${stdout.trim()} laws kept`;
}

/** A core above the range is refused by the package manager itself. */
async function assertGuarded(backend, tarballs, version, folder) {
  mkdirSync(folder);
  const next = Number(manifestIn(tarballs.get('core')).version.split('.')[0]) + 1;
  const core = `file:${await renumbered(tarballs.get('core'), `${next}.0.0`, join(folder, 'next-core'))}`;
  const refused = await install(backend, tarballs, core, version, join(folder, 'project')).then(
    () => false,
    ({ stderr }) => /ERESOLVE/.test(stderr),
  );
  assert.ok(refused, `${backend.name} was installed with core ${next}.0.0`);
}

/** Both ends of the ranges of all backends, or of those that are named; gives what was tried. */
export async function ranges({ names = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ranges-'));
  const copy = new ReleaseCopy();
  try {
    copy.release();
    copy.install();
    copy.takeBuilds();
    const tarballs = copy.pack(Object.keys(copy.versions()));
    const manifests = new Map(backends.map(({ name }) => [name, manifestIn(tarballs.get(name))]));
    const range = manifests.get('backend-openai').peerDependencies['@melliflow/core'];
    const cores = await coresFor(range, tarballs.get('core'), folder);
    const waiting = [];
    for (const backend of backends.filter(({ name }) => names.length === 0 || names.includes(name))) {
      const { dependencies, peerDependencies } = manifests.get(backend.name);
      assert.equal(
        peerDependencies['@melliflow/core'],
        range,
        `${backend.name} takes another core than the others`,
      );
      const versions = await endsOf(backend.sdk, dependencies[backend.sdk]);
      const [oldest, newest] = [versions[0], versions.at(-1)];
      waiting.push([backend, cores[0], oldest], [backend, cores[1], newest]);
      for (const version of versions.slice(1, -1)) waiting.push([backend, cores[1], version]);
    }
    const [[first, , oldest]] = waiting;
    await assertGuarded(first, tarballs, oldest, join(folder, 'guarded'));
    const told = [];
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [backend, core, version] = next;
        const place = join(folder, `${backend.name}-${waiting.length}`);
        told.push(await examine(backend, tarballs, core, version, place));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return told.toSorted().join('\n');
  } finally {
    copy.remove();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  console.log(await ranges({ names: process.argv.slice(2) }));
