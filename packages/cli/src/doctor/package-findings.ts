import { relative } from 'node:path';
import { fits } from './fits.js';
import type { FixCommands } from './fix-command.js';
import type { InstalledPackage, Want } from './installed-packages.js';
import { CORE, isBackend, isOurs, libraryWants, ownPackages } from './own-packages.js';
import { type DoctorFinding, findingsOf } from './report.js';

const find = findingsOf('packages');

/** What is looked at, and how it is mended. */
export interface Installation {
  readonly folder: string;
  readonly all: readonly InstalledPackage[];
  /** The folders of the packages that are looked at themselves. */
  readonly roots: ReadonlySet<string>;
  readonly fixes: FixCommands;
}

/** What is installed of ours, whether each gets what it names, and what is there twice. */
export function packageFindings(installation: Installation): DoctorFinding[] {
  const { all, roots, fixes } = installation;
  const ours = ownPackages(all, roots);
  if (ours.length === 0) {
    const install = fixes.add('@melliflow/core', '@melliflow/stdlib');
    return [
      find.problem('package.none', '@melliflow', 'No package of Melliflow is installed here.', install),
    ];
  }
  const projects = all.filter((one) => roots.has(one.folder) && !isOurs(one));
  return [
    ...ours.flatMap((one) => [about(one), ...faultsOf(one, one.wants, fixes)]),
    ...projects.flatMap((one) =>
      faultsOf(
        one,
        one.wants.filter(({ name }) => name.startsWith('@melliflow/')),
        fixes,
      ),
    ),
    ...duplicates(installation, ours),
  ];
}

/** Of a backend the SDK is told too, since both its version and ours decide what works. */
function about(one: InstalledPackage): DoctorFinding {
  const libraries = (isBackend(one) ? libraryWants(one) : []).flatMap(({ found, range }) =>
    found ? [`${found.manifest.name} ${found.manifest.version} (${range})`] : [],
  );
  return find.ok('package.installed', titleOf(one), libraries.join(', '));
}

/** What a package names and does not get. */
function faultsOf(one: InstalledPackage, wants: readonly Want[], fixes: FixCommands): DoctorFinding[] {
  return wants.flatMap(({ name, range, kind, found }) => {
    const subject = titleOf(one);
    if (found === null) {
      if (kind.startsWith('optional')) return [];
      const what = kind === 'peer' ? 'needs' : 'names';
      const message = `It ${what} ${name} ${range}, which is not installed.`;
      const fix = kind === 'peer' ? fixes.add(`${name}@${range}`) : fixes.reinstall;
      return [find.problem('package.missing', subject, message, fix)];
    }
    const { version } = found.manifest;
    if (fits(version, range)) return [];
    const message = `It needs ${name} ${range}, and gets ${version}.`;
    return [find.problem('package.range', subject, message, fixes.add(`${name}@${range}`))];
  });
}

/** Two copies of core are two of everything; of another package they cost memory. */
function duplicates(
  { all, folder, fixes }: Installation,
  ours: readonly InstalledPackage[],
): DoctorFinding[] {
  const names = new Set(ours.map(({ manifest }) => manifest.name));
  return [...names].flatMap((name) => {
    const copies = ours.filter(({ manifest }) => manifest.name === name);
    if (copies.length < 2) return [];
    const where = copies.map((copy) => copyOf(copy, folder)).join('; ');
    const message = `There are ${copies.length} copies: ${where}.`;
    const ranges = all.flatMap(({ wants }) =>
      wants.flatMap((want) => (want.name === name ? want.range : [])),
    );
    const canBeOne = copies.some(({ manifest }) => ranges.every((range) => fits(manifest.version, range)));
    const fix = canBeOne ? fixes.dedupe : fixes.why(name);
    return [
      name === CORE
        ? find.problem('core.duplicate', name, message, fix)
        : find.note('package.duplicate', name, message, fix),
    ];
  });
}

function copyOf({ manifest, folder, requiredBy }: InstalledPackage, from: string): string {
  const users = requiredBy.size > 0 ? [...requiredBy].join(', ') : 'nobody names it';
  return `${manifest.version} in ${relative(from, folder) || '.'} (${users})`;
}

function titleOf({ manifest }: InstalledPackage): string {
  return `${manifest.name} ${manifest.version}`;
}
