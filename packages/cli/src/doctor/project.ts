import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../usage-error.js';
import { upwards } from './installed-packages.js';
import { readManifest } from './manifest.js';
import { type DoctorFinding, findingsOf } from './report.js';
import { workspaceMembers } from './workspace-members.js';

const find = findingsOf('packages');

/** What the doctor looks at. */
export interface Project {
  readonly folder: string;
  /** The project, and if it is a workspace all of its members. */
  readonly roots: readonly string[];
  readonly findings: readonly DoctorFinding[];
}

/**
 * The project that a folder is in: the nearest package.json, upwards.
 *
 * @throws UsageError when there is no such folder.
 */
export function projectOf(given: string): Project {
  const folder = resolve(given);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UsageError(`there is no folder ${folder}. Name the folder of a project, or none for this one.`);
  }
  const places = upwards(realpathSync(folder));
  const home = places.find((place) => existsSync(join(place, 'package.json')));
  if (home === undefined) {
    const message = 'No package.json here or above, so this is no project yet.';
    return { folder, roots: [folder], findings: [find.note('project.none', folder, message, 'npm init -y')] };
  }
  const manifest = readManifest(home);
  const isPnp = places.some((place) => existsSync(join(place, '.pnp.cjs')));
  return {
    folder: home,
    roots: manifest ? [home, ...workspaceMembers(home, manifest)] : [home],
    findings: [
      ...(manifest
        ? []
        : [
            find.problem(
              'project.manifest',
              join(home, 'package.json'),
              'It cannot be read as JSON.',
              'npm pkg fix',
            ),
          ]),
      ...(isPnp
        ? [
            find.problem(
              'project.pnp',
              home,
              "Yarn's Plug'n'Play keeps packages where only Yarn finds them; this looks into node_modules.",
              'yarn config set nodeLinker node-modules && yarn install',
            ),
          ]
        : []),
    ],
  };
}
