// A dry run of releases on a copy of the repository: the first one, and then one of each kind after it.
import assert from 'node:assert/strict';
import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { includes } from '../scripts/range-includes.mjs';
import { manifestIn, ReleaseCopy } from './release-copy.mjs';

/** What is released after the first release, and exactly what has another version then. */
const later = [
  { name: 'core', bump: 'patch', moves: { core: '1.0.1' } },
  { name: 'core', bump: 'minor', moves: { core: '1.1.0' } },
  { name: 'backend-openai', bump: 'patch', moves: { 'backend-openai': '1.0.1' } },
  { name: 'backend-openai', bump: 'minor', moves: { 'backend-openai': '1.1.0' } },
  { name: 'backend-openai', bump: 'major', moves: { 'backend-openai': '2.0.0' } },
  { name: 'streaming', bump: 'minor', moves: { streaming: '1.1.0' } },
];

/** No range is a workspace's, and each on a package of ours takes the newest release of it. */
function assertHonest(published) {
  for (const [name, { dependencies = {}, peerDependencies = {} }] of published) {
    for (const [other, range] of [...Object.entries(dependencies), ...Object.entries(peerDependencies)]) {
      assert.doesNotMatch(range, /workspace:|catalog:/, `${name} would be published with ${other} ${range}`);
      const newest = published.get(other.replace('@melliflow/', ''));
      if (other.startsWith('@melliflow/'))
        assert.ok(
          includes(range, newest.version),
          `${name} takes ${other} ${range}, but it is ${newest.version}`,
        );
    }
  }
}

/** The first release: everything at 1.0.0. */
function first(copy) {
  const moved = copy.release();
  const names = Object.keys(copy.versions());
  assert.deepEqual(moved, Object.fromEntries(names.map((name) => [name, '1.0.0'])));
  copy.install();
  const published = manifestsOf(copy.pack(names));
  assertHonest(published);
  return published;
}

/** A release after the first, from where that left the repository. */
function next(copy, published, { name, bump, moves }) {
  const text = `---\n'@melliflow/${name}': ${bump}\n---\n\nA ${bump} of ${name}.\n`;
  writeFileSync(join(copy.folder, '.changeset', 'trial.md'), text);
  const moved = copy.release();
  assert.deepEqual(moved, moves, `a ${bump} of ${name} moved others than it should`);
  assertHonest(new Map([...published, ...manifestsOf(copy.pack(Object.keys(moved)))]));
  copy.git('reset', '--quiet', '--hard', 'HEAD~1');
  return `${name} ${bump}`;
}

function manifestsOf(tarballs) {
  return new Map([...tarballs].map(([name, tarball]) => [name, manifestIn(tarball)]));
}

/** The version that a build of core says is the one that it is published with. */
async function assertCoreKnowsItsVersion(copy) {
  copy.takeBuilds();
  const { Backend } = await import(
    pathToFileURL(join(copy.folder, 'packages', 'core', 'dist', 'index.js')).href
  );
  assert.equal(Reflect.get(Backend.prototype, 'coreVersion'), '1.0.0');
}

/** Releases everything in a copy of the repository, and throws where a version or a range is not what it should be. */
export async function release() {
  const copy = new ReleaseCopy();
  try {
    const published = first(copy);
    await assertCoreKnowsItsVersion(copy);
    const alone = later.map((one) => next(copy, published, one));
    return `first ${published.size} packages at 1.0.0; then each alone: ${alone.join(', ')}`;
  } finally {
    copy.remove();
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  console.log(await release());
