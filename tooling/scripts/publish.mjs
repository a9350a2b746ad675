// Publishes what the registry does not have yet. `--pending` only says whether there is such; `--announce` makes a tag and
// a release on GitHub of each version, too; `--by-hand` is for the first release of a package, which no workflow can be
// trusted with: it signs no provenance.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { buildPackages, prepare, readJson, root, runPnpm, say } from './prepare.mjs';
import { compare } from './range-includes.mjs';

const execute = promisify(execFile);

/** The first npm that asks the registry to trust the workflow it runs in. */
const FIRST_NPM = [11, 5, 1];

/** Runs npm and gives what it prints. */
async function npm(args, cwd = root) {
  const shell = process.platform === 'win32';
  return (await execute('npm', args, { cwd, shell, maxBuffer: 1e8 })).stdout.trim();
}

/** The packages that are for others, in the order of their names. */
export function publicPackages(folder) {
  return readdirSync(join(folder, 'packages'))
    .map((name) => ({ folder: join(folder, 'packages', name), name }))
    .map(({ folder: place }) => ({ folder: place, ...readJson(join(place, 'package.json')) }))
    .filter((manifest) => manifest.private !== true)
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** What a changelog says of a version, without its heading. */
export function notesOf(changelog, version) {
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((text) => text.split('\n', 1)[0]?.trim() === version);
  return section?.slice(section.indexOf('\n')).trim() ?? '';
}

/** Whether the registry has a version. Another answer than yes or no is an error: a doubt is no reason to publish. */
export async function isPublished({ name, version }) {
  try {
    return (await npm(['view', `${name}@${version}`, 'version'])) === version;
  } catch (error) {
    if (/E404/.test(error.stderr)) return false;
    throw error;
  }
}

/** The packages that were released, but are not on the registry. */
export async function pending(packages) {
  const found = [];
  for (const one of packages) if (one.version !== '0.0.0' && !(await isPublished(one))) found.push(one);
  return found;
}

/** Packs a package by pnpm, which knows what `workspace:` and `catalog:` stand for; gives the tarball. */
async function packed({ name, version }, folder) {
  const code = await runPnpm([`--filter=${name}`, 'pack', '--pack-destination', folder]);
  if (code !== 0) throw new Error(`${name} cannot be packed; the output above says why.`);
  return join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
}

/**
 * Publishes packages that are built, by npm, since it is npm that the registry trusts. A run that broke off is begun
 * again: what is published is left.
 */
export async function publish(packages, { byHand = false, pack = packed } = {}) {
  const npmVersion = await npm(['--version']);
  const isTrusted = byHand || compare(npmVersion.split('.').map(Number), FIRST_NPM) >= 0;
  if (!isTrusted)
    throw new Error(`npm is ${npmVersion}, but only ${FIRST_NPM.join('.')} can publish without a token.`);
  const folder = mkdtempSync(join(tmpdir(), 'publish-'));
  const published = [];
  try {
    for (const one of await pending(packages)) {
      const label = `${one.name}@${one.version}`;
      await npm(['publish', await pack(one, folder), '--access=public', `--provenance=${!byHand}`], folder);
      say(`published ${label}`);
      published.push(label);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return published;
}

/** Makes a tag and a release on GitHub of a version, unless there is one. */
async function announce({ folder, name, version }) {
  const tag = `${name}@${version}`;
  const exists = await execute('gh', ['release', 'view', tag], { cwd: root }).then(
    () => true,
    ({ stderr }) => {
      if (/release not found/.test(stderr)) return false;
      throw new Error(`gh cannot say whether there is a release ${tag}: ${stderr}`);
    },
  );
  if (exists) return;
  const { stdout: commit } = await execute('git', ['rev-parse', 'HEAD'], { cwd: root });
  const notes = notesOf(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'), version);
  const args = ['--target', commit.trim(), '--title', tag, '--notes', notes];
  await execute('gh', ['release', 'create', tag, ...args], { cwd: root });
}

async function main() {
  const { values } = parseArgs({
    options: {
      announce: { type: 'boolean' },
      'by-hand': { type: 'boolean' },
      pending: { type: 'boolean' },
    },
  });
  const packages = publicPackages(root);
  if (values.pending) return console.log(`due=${(await pending(packages)).length > 0}`);
  await prepare();
  await buildPackages(['./packages/*']);
  const published = await publish(packages, { byHand: values['by-hand'] });
  if (values.announce) for (const one of packages) if (one.version !== '0.0.0') await announce(one);
  say(published.length === 0 ? 'the registry has everything' : `published ${published.length} packages`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
