import { fits, lowestMajor } from './fits.js';
import type { InstalledPackage } from './installed-packages.js';
import { libraryWants } from './own-packages.js';
import { type DoctorFinding, findingsOf } from './report.js';

const find = findingsOf('node');

/** Node against what our packages want, which is a problem, and what their libraries want, which is a note. */
export function nodeFindings(ours: readonly InstalledPackage[], version: string): DoctorFinding[] {
  const refused = ours.filter((one) => !isWelcome(one, version));
  const libraries = new Set(ours.flatMap((one) => libraryWants(one).flatMap(({ found }) => found ?? [])));
  const doubted = [...libraries].filter((one) => !isWelcome(one, version));
  const range = refused[0]?.manifest.nodeRange ?? null;
  const subject = `Node ${version}`;
  return [
    range === null
      ? find.ok('node.version', subject, `${process.platform} ${process.arch}`)
      : find.problem(
          'node.version',
          subject,
          `${refused.map(({ manifest }) => manifest.name).join(', ')} needs Node ${range}.`,
          newerNode(range),
        ),
    ...doubted.map(({ manifest }) =>
      find.note(
        'node.library',
        subject,
        `${manifest.name} ${manifest.version} is made for Node ${manifest.nodeRange}.`,
        newerNode(manifest.nodeRange ?? ''),
      ),
    ),
  ];
}

function isWelcome({ manifest: { nodeRange } }: InstalledPackage, version: string): boolean {
  return nodeRange === null || fits(version, nodeRange);
}

function newerNode(range: string): string | null {
  const major = lowestMajor(range);
  return major === null ? null : `nvm install ${major}`;
}
