import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FixCommands } from './fix-command.js';
import type { InstalledPackage } from './installed-packages.js';
import { coresOf, isBackend, ownPackages, wantOfCore } from './own-packages.js';
import type { Installation } from './package-findings.js';
import { type DoctorFinding, findingsOf } from './report.js';

const find = findingsOf('contract');

/** The number of the contract that cores and backends are written for, as far as it is known. */
export type Contracts = ReadonlyMap<InstalledPackage, number>;

/** What is asked of a core's module; an older or a newer one may not have it. */
interface CoreModule {
  readonly Backend?: (new () => { readonly contract?: unknown }) | undefined;
}

/** Each core's number against that of the backends. */
export interface ContractLook {
  readonly contracts: Contracts;
  readonly findings: readonly DoctorFinding[];
}

/**
 * Compares the contract of backends with that of the core that the project uses. A package says its number in
 * `melliflow.contract` of its package.json. A backend that does not has the number of the core that it extends, since it
 * inherits it; of a core that does not, the module is imported and looked at. No backend is loaded.
 */
export async function lookAtContracts({ all, roots, fixes }: Installation): Promise<ContractLook> {
  const contracts = new Map<InstalledPackage, number>();
  const findings: DoctorFinding[] = [];
  const cores = coresOf(all);
  for (const core of cores) {
    try {
      const number = core.manifest.contract ?? (await contractOfCore(core));
      if (number !== null) contracts.set(core, number);
    } catch (error) {
      const subject = `@melliflow/core ${core.manifest.version}`;
      const message = `It cannot be loaded: ${firstLine(error)}`;
      findings.push(find.problem('core.unloadable', subject, message, fixes.reinstall));
    }
  }
  const core = coreOfProject(all, roots) ?? cores[0];
  const expected = core && contracts.get(core);
  for (const backend of ownPackages(all, roots).filter(isBackend)) {
    const extended = wantOfCore(backend)?.found;
    const number = backend.manifest.contract ?? (extended ? contracts.get(extended) : undefined);
    if (number === undefined) continue;
    contracts.set(backend, number);
    if (core && expected !== undefined) findings.push(compared(backend, number, { core, expected }, fixes));
  }
  return { contracts, findings };
}

function compared(
  { manifest }: InstalledPackage,
  number: number,
  { core, expected }: { readonly core: InstalledPackage; readonly expected: number },
  fixes: FixCommands,
): DoctorFinding {
  const subject = `${manifest.name} ${manifest.version}`;
  const ofCore = `core ${core.manifest.version}`;
  if (number === expected) {
    return find.ok('contract.same', subject, `contract ${number}, as ${ofCore}`);
  }
  const older = number < expected ? manifest.name : core.manifest.name;
  const message = `It is written for contract ${number}, and ${ofCore} has contract ${expected}.`;
  return find.problem('contract.skew', subject, message, fixes.add(`${older}@latest`));
}

/** The core that the code of the project itself gets. */
function coreOfProject(
  all: readonly InstalledPackage[],
  roots: ReadonlySet<string>,
): InstalledPackage | undefined {
  return all.flatMap((one) => (roots.has(one.folder) ? (wantOfCore(one)?.found ?? []) : []))[0];
}

/** Core has no side effects, and a backend that does nothing tells its number. */
async function contractOfCore({ folder, manifest }: InstalledPackage): Promise<number | null> {
  const entry = createRequire(join(folder, 'package.json')).resolve(manifest.name);
  const { Backend }: CoreModule = await import(pathToFileURL(entry).href);
  const contract = Backend && new (class extends Backend {})().contract;
  return typeof contract === 'number' ? contract : null;
}

function firstLine(error: unknown): string {
  return String(error).split('\n')[0] ?? '';
}
