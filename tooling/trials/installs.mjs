// All packages in one project, by each package manager, as strict as it can be about peers.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { engine } from './engine.mjs';
import { everyEntry } from './every-entry.mjs';
import { readJson, root } from './packed.mjs';
import { NEWEST_TYPESCRIPT, typeCheck } from './types.mjs';
import { npmInstall } from './world.mjs';

const YARN = '4.18.1';

/** What users add by themselves: a peer of telemetry, and the types of Node. */
const beside = { '@opentelemetry/api': '^1.9.0', '@types/node': '^20.19.0' };

function dependencies(packages) {
  return { ...Object.fromEntries(packages.map(({ name }) => [name, '*'])), ...beside };
}

/** Nobody may complain of our peers, whatever else is said. */
function assertNoPeerTrouble(output) {
  const lines = output.split('\n').filter((line) => /peer|ERESOLVE/i.test(line));
  assert.deepEqual(lines, [], 'the installation complains of peers');
}

/** That every entry point is found, from where a program of the user stands. */
async function assertEntries(project, packages) {
  const { names, imported } = everyEntry(packages);
  project.write('every-entry.mjs', imported);
  assert.equal(Number(await project.node('every-entry.mjs')), names.length);
  return names.length;
}

/** What node-llama-cpp offers for other platforms and for graphics cards. */
function otherEngines() {
  const manifest = join(root, 'packages/backend-llamacpp/node_modules/node-llama-cpp/package.json');
  return Object.keys(readJson(manifest).optionalDependencies).filter((name) => name !== engine);
}

async function npm(world) {
  const project = world.project('npm', { dependencies: dependencies(world.packages) });
  assertNoPeerTrouble(await npmInstall(project, '--strict-peer-deps', '--omit=optional', engine));
  const { packages } = readJson(project.path('node_modules', '.package-lock.json'));
  const count = await assertEntries(project, world.packages);
  return { project, told: `${Object.keys(packages).length} packages installed, ${count} entry points` };
}

async function pnpm(world) {
  const { packageManager } = readJson(join(root, 'package.json'));
  const project = world.project('pnpm', {
    dependencies: dependencies(world.packages),
    devDependencies: { typescript: NEWEST_TYPESCRIPT },
  });
  const settings = {
    nodeLinker: 'isolated',
    hoist: false,
    virtualStoreDir: '../pnpm-packages', // outside, or packages would find what the project itself has
    strictPeerDependencies: true,
    autoInstallPeers: false,
    ignoredOptionalDependencies: ['@node-llama-cpp/*-cuda*', '@node-llama-cpp/*-vulkan'],
    allowBuilds: { 'node-llama-cpp': false },
  };
  project.write('pnpm-workspace.yaml', settings); // JSON is YAML
  const args = ['install', '--no-frozen-lockfile', '--prefer-offline'];
  const { stdout, stderr } = await project.run('npx', ['--yes', packageManager, ...args]);
  assertNoPeerTrouble(stdout + stderr);
  const count = await assertEntries(project, world.packages);
  // Nothing is hoisted, so a declaration that names a package which its own does not depend on is found here.
  await typeCheck(project, world.packages, project.path('node_modules/typescript'), 'nodenext', 'browser');
  return `${packageManager}, strict peers, nothing hoisted, ${count} entry points and their types`;
}

async function yarn(world) {
  const tools = await world.tools('yarn', { '@yarnpkg/cli-dist': YARN });
  // Yarn 4 cannot leave out optional packages: an empty one stands for them.
  const nothing = Object.fromEntries(otherEngines().map((name) => [name, 'file:./nothing']));
  const project = world.project('yarn', {
    dependencies: dependencies(world.packages),
    resolutions: nothing,
  });
  project.write('nothing/package.json', { name: 'nothing', version: '0.0.0' });
  project.write('yarn.lock', '');
  const url = new URL(world.registry.url);
  project.write('.yarnrc.yml', {
    nodeLinker: 'node-modules',
    enableTelemetry: false,
    enableScripts: false,
    npmRegistryServer: (await project.run('npm', ['config', 'get', 'registry'])).stdout.trim(),
    npmScopes: { melliflow: { npmRegistryServer: url.href } },
    unsafeHttpWhitelist: [url.hostname],
    enableImmutableInstalls: false,
  });
  const cli = tools.path('node_modules/@yarnpkg/cli-dist/bin/yarn.js');
  const { stdout, stderr } = await project.run(process.execPath, [cli, 'install']);
  assertNoPeerTrouble(stdout + stderr);
  assert.ok(existsSync(project.path('node_modules/@melliflow/core/package.json')), 'no node_modules');
  const count = await assertEntries(project, world.packages);
  return `yarn ${YARN}, node-modules linker, ${count} entry points`;
}

export const installs = { npm, pnpm, yarn };
