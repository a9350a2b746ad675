import { realpathSync } from 'node:fs';
import { lookAtContracts } from './contract-findings.js';
import type { Environment } from './endpoints.js';
import { engineFindings } from './engine-findings.js';
import { environmentFindings, variablesOf } from './environment-findings.js';
import { fixCommands } from './fix-command.js';
import { harmless } from './harmless.js';
import { installedPackages } from './installed-packages.js';
import { nodeFindings } from './node-findings.js';
import { ownPackages } from './own-packages.js';
import { type Installation, packageFindings } from './package-findings.js';
import { projectOf } from './project.js';
import type { DoctorReport } from './report.js';
import { lookAtServers } from './server-findings.js';

/** What is looked at, and how. */
export interface Examination {
  readonly folder: string;
  /** Servers that are asked beside that of Ollama. */
  readonly urls: readonly string[];
  /** For each request to a server. */
  readonly timeoutMs: number;
  readonly env: Environment;
  /** Without the `v`. */
  readonly nodeVersion: string;
}

/**
 * Looks at a project, its packages, the environment and the servers that it would ask. Nothing is changed.
 *
 * @throws UsageError when there is no such folder.
 */
export async function examineProject(examination: Examination): Promise<DoctorReport> {
  const { urls, timeoutMs, env, nodeVersion } = examination;
  const project = projectOf(examination.folder);
  const roots = new Set(project.roots.map((root) => realpathSync(root)));
  const all = installedPackages(roots);
  const fixes = fixCommands(project.folder);
  const installation: Installation = { folder: project.folder, all, roots, fixes };
  const ours = ownPackages(all, roots);
  const names = new Set(ours.map(({ manifest }) => manifest.name));
  const wantsOllama = names.has('@melliflow/backend-ollama');
  const [{ contracts, findings: contractFindings }, engines, { servers, findings: serverFindings }] =
    await Promise.all([
      lookAtContracts(installation),
      engineFindings(ours, fixes, env),
      lookAtServers({ urls, env, timeoutMs, wantsOllama }),
    ]);
  const findings = [
    ...nodeFindings(ours, nodeVersion),
    ...project.findings,
    ...packageFindings(installation),
    ...contractFindings,
    ...engines,
    ...environmentFindings(env, names, nodeVersion),
    ...serverFindings,
  ];
  const report: DoctorReport = {
    doctor: 1,
    healthy: findings.every(({ level }) => level !== 'problem'),
    folder: project.folder,
    node: { version: nodeVersion, platform: process.platform, arch: process.arch },
    packages: ours.map((one) => ({
      name: one.manifest.name,
      version: one.manifest.version,
      folder: one.folder,
      requiredBy: [...one.requiredBy],
      contract: contracts.get(one) ?? null,
    })),
    variables: variablesOf(env),
    servers,
    findings,
  };
  return harmless(report, env);
}
