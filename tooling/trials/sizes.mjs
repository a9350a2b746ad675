// Core and one backend in an empty project: no SDK of another one, and as much on the disk as docs/sizes.md says.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePackagesTable } from '../scripts/packages-table.mjs';
import { engine } from './engine.mjs';
import { readJson, root } from './packed.mjs';
import { differencesOf, sizesPage } from './sizes-page.mjs';
import { together } from './together.mjs';
import { npmInstall } from './world.mjs';

/** The page tells what is installed here; elsewhere the engine of node-llama-cpp is another one. */
const PLATFORM = 'linux-x64';

const isOurs = (name) => name.startsWith('@melliflow/');

export async function sizes(world) {
  const backends = providers(world.packages);
  const rows = backends.flatMap((backend) => {
    const row = { backend, args: [], note: '' };
    if (!backend.endsWith('llamacpp')) return [row];
    return [
      { ...row, args: ['--omit=optional', engine], note: ', the engine for the CPU alone' },
      { ...row, note: ', all engines' },
    ];
  });
  const measured = await together(rows.map((row, index) => measure(world, row, `only-${index}`)));
  const packed = world.packages.map(({ name, bytes, content }) => ({
    name,
    bytes,
    unpackedBytes: bytesBelow(content),
  }));
  const page = sizesPage(measured, packed);
  const seen = `${backends.length} backends, each with its own SDK alone`;
  if (`${process.platform}-${process.arch}` !== PLATFORM) return `${seen}; the page is of ${PLATFORM}`;

  const file = join(root, 'docs', 'sizes.md');
  if (world.write) {
    writeFileSync(file, page);
    writePackagesTable();
    return `${seen}; docs/sizes.md and the table of README.md are written`;
  }
  assert.deepEqual(
    differencesOf(readFileSync(file, 'utf8'), page),
    [],
    'docs/sizes.md: `npm run sizes` writes it anew',
  );
  return `${seen}; docs/sizes.md is true`;
}

/** The backends that a session can be started with: each is an optional peer of the standard library. */
function providers(packages) {
  const { manifest } = packages.find(({ name }) => name === '@melliflow/stdlib');
  return Object.keys(manifest.peerDependencies).filter((name) => name.startsWith('@melliflow/backend-'));
}

async function measure(world, { backend, args, note }, folder) {
  const project = world.project(folder, { dependencies: { '@melliflow/core': '*', [backend]: '*' } });
  await npmInstall(project, '--strict-peer-deps', ...args);
  const locked = namesIn(project.path('package-lock.json'));
  const foreign = [...foreignTo(world.packages, backend)].filter((name) => locked.has(name));
  assert.deepEqual(foreign, [], `${backend} alone brings what belongs to another backend`);
  const exported = await project.node(
    '--input-type=module',
    '--eval',
    `console.log(Object.keys(await import('${backend}')).join())`,
  );
  assert.match(exported, /Backend\b/, `${backend} exports no backend`);
  const installed = readJson(project.path('node_modules', '.package-lock.json')).packages;
  return {
    label: `${backend}${note}`,
    sdk: [...librariesOf(world.packages, backend)].join(', '),
    packages: Object.keys(installed).length,
    bytes: bytesBelow(project.path('node_modules')),
  };
}

/** Every package of a lock file, also what is for another platform. */
function namesIn(lockFile) {
  const places = Object.keys(readJson(lockFile).packages);
  return new Set(places.map((place) => place.split('node_modules/').at(-1)));
}

/** The packages of others that a package names as its dependencies. */
function librariesOf(packages, wanted) {
  const { dependencies = {} } = packages.find(({ name }) => name === wanted).manifest;
  return new Set(Object.keys(dependencies).filter((name) => !isOurs(name)));
}

/** All other packages of ours that are called a backend, and the libraries of the other providers. */
function foreignTo(packages, backend) {
  const others = packages.map(({ name }) => name).filter((name) => isBackend(name) && name !== backend);
  const libraries = providers(packages)
    .filter((name) => name !== backend)
    .flatMap((name) => [...librariesOf(packages, name)]);
  return new Set([...others, ...libraries]);
}

function isBackend(name) {
  return name.startsWith('@melliflow/backend-');
}

function bytesBelow(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
