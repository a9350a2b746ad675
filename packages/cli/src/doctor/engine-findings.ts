import { execFile } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { FixCommands } from './fix-command.js';
import type { InstalledPackage } from './installed-packages.js';
import { type DoctorFinding, findingsOf } from './report.js';

const find = findingsOf('engines');

const ENGINE = 'node-llama-cpp';

/** A cold disk needs seconds for an engine; one that hangs does not come back. */
const ENGINE_LIMIT_MS = 20_000;

/** Loads the engine as the backend does. The engine forks a trial of its own, which must not run this again. */
const trial = `
  process.execArgv = [];
  const { getLlama } = await import('${ENGINE}');
  await getLlama({ gpu: false, build: 'never', progressLogs: false, logLevel: 'disabled' });
  process.exit(0);`;

/** The names of platforms in the engine's packages. */
const platforms: Readonly<Record<string, string>> = { darwin: 'mac', win32: 'win' };
const arches: Readonly<Record<string, string>> = { arm: 'armv7l' };

/** The engine of llamacpp on this machine, and the model that comes with us. */
export async function engineFindings(
  ours: readonly InstalledPackage[],
  fixes: FixCommands,
  env: NodeJS.ProcessEnv,
): Promise<DoctorFinding[]> {
  const backends = ours.filter(({ manifest }) => manifest.name === '@melliflow/backend-llamacpp');
  const tiny = ours.find(({ manifest }) => manifest.name === '@melliflow/model-tiny');
  const engines = await Promise.all(backends.map((backend) => engineOf(backend, fixes, env)));
  const models = tiny ? [modelOf(tiny, fixes)] : backends.length > 0 ? [noModel(fixes)] : [];
  return [...engines.flat(), ...models];
}

async function engineOf(
  { wants, folder }: InstalledPackage,
  fixes: FixCommands,
  env: NodeJS.ProcessEnv,
): Promise<DoctorFinding[]> {
  const engine = wants.find(({ name }) => name === ENGINE)?.found;
  if (!engine) return []; // that is told among the packages
  const subject = `${ENGINE} ${engine.manifest.version}`;
  const platform = `${platforms[process.platform] ?? process.platform}-${arches[process.arch] ?? process.arch}`;
  const fault = await faultOf(folder, env);
  if (fault === null) return [find.ok('engine.loads', subject, `loads on ${platform}`)];
  const binaries = engine.wants.filter(({ name }) => name.includes(`/${platform}`));
  if (binaries.some(({ found }) => found !== null)) {
    const message = `It does not load on ${platform}: ${fault}`;
    return [find.problem('engine.unloadable', subject, message, fixes.reinstall)];
  }
  const message = `Its binary for ${platform} is not installed (${binaries[0]?.name ?? 'there is none'}).`;
  return [find.problem('engine.binary', subject, message, fixes.reinstall)];
}

/** Why the engine does not load; null when it does. It has a process of its own, since a wrong binary may end one. */
function faultOf(folder: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const args = ['--input-type=module', '--eval', trial];
  const options = { cwd: folder, env, timeout: ENGINE_LIMIT_MS, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, _stdout, stderr) => {
      if (error === null) resolve(null);
      else if (error.killed) resolve(`it did not come to an end within ${ENGINE_LIMIT_MS / 1000} s.`);
      else resolve(/^\w*Error\b.*$/m.exec(stderr)?.[0] ?? `it ended with ${error.signal ?? error.code}.`);
    });
  });
}

function modelOf({ manifest, folder }: InstalledPackage, fixes: FixCommands): DoctorFinding {
  const subject = `${manifest.name} ${manifest.version}`;
  if (beginning(join(folder, 'tiny.gguf')) === 'GGUF') {
    return find.ok('model.tiny', subject, 'the model is there');
  }
  return find.problem('model.tiny', subject, 'Its tiny.gguf is missing or is no model.', fixes.reinstall);
}

function noModel(fixes: FixCommands): DoctorFinding {
  const message = 'It is not installed; without it llamacpp needs the path of a model.';
  return find.note('model.tiny', '@melliflow/model-tiny', message, fixes.add('@melliflow/model-tiny'));
}

/** The first four bytes of a file; null where it cannot be read. */
function beginning(file: string): string | null {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(4);
      readSync(descriptor, bytes);
      return bytes.toString('latin1');
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}
