import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { place } from '../relative-path.js';
import type { Rule } from '../rule.js';
import { publishedPackages, type WorkspacePackage } from '../workspace-package.js';

const core = '@melliflow/core';

interface Demand {
  readonly demand: string;
  isMet(pkg: WorkspacePackage): boolean;
}

const demands: readonly Demand[] = [
  { demand: '"license": "Apache-2.0"', isMet: ({ manifest }) => manifest.license === 'Apache-2.0' },
  { demand: '"type": "module"', isMet: ({ manifest }) => manifest.type === 'module' },
  {
    demand: '"engines": { "node": ">=20.19" }',
    isMet: ({ manifest }) => manifest.engines?.node === '>=20.19',
  },
  { demand: '"sideEffects": false', isMet: ({ manifest }) => manifest.sideEffects === false },
  { demand: 'an export "."', isMet: ({ manifest }) => manifest.exports?.['.'] !== undefined },
  {
    demand: 'an export "./package.json"',
    isMet: ({ manifest }) => manifest.exports?.['./package.json'] === './package.json',
  },
  {
    demand: '"src" in "files", for go-to-definition',
    isMet: ({ manifest }) => manifest.files?.includes('src') === true,
  },
  { demand: '"dist" in "files"', isMet: ({ manifest }) => manifest.files?.includes('dist') === true },
  { demand: 'a README.md', isMet: ({ directory }) => existsSync(join(directory, 'README.md')) },
  { demand: 'a LICENSE', isMet: ({ directory }) => existsSync(join(directory, 'LICENSE')) },
  {
    demand: `"${core}": "workspace:^" as a peer if a library, as a dependency if it has a bin`,
    isMet: takesCoreRightly,
  },
];

/** A library shares the user's copy of core; a program brings its own. */
function takesCoreRightly({ manifest }: WorkspacePackage): boolean {
  const [right, wrong] = manifest.bin
    ? [manifest.dependencies, manifest.peerDependencies]
    : [manifest.peerDependencies, manifest.dependencies];
  return wrong?.[core] === undefined && (right?.[core] ?? 'workspace:^') === 'workspace:^';
}

/** What npm, bundlers and users read before any code. */
export const packageManifestRule: Rule = {
  id: 'package-manifest',
  sentence:
    'Each published package states its licence, Node range, module type and files, and takes core as a peer.',
  check: (root) =>
    publishedPackages(root).flatMap((pkg) =>
      demands
        .filter(({ isMet }) => !isMet(pkg))
        .map(({ demand }) => `${place(pkg.folder, 'package.json')}: wants ${demand}`),
    ),
};
