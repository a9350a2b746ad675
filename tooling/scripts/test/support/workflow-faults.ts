import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string | undefined;
  readonly run?: string | undefined;
  readonly with?: Readonly<Record<string, unknown>> | undefined;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>> | undefined;
  readonly 'timeout-minutes'?: number | undefined;
  readonly environment?: string | { readonly name: string } | undefined;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, unknown>> | undefined } | undefined;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What a workflow may not be, whatever it does. `folder` is the repository that it runs in. */
export function faultsOf(text: string, folder: string): string[] {
  const { on, permissions, concurrency, jobs } = parse(text) as Workflow;
  const own = [
    ...(JSON.stringify(permissions) === '{}' ? [] : ['it gives permissions to all jobs']),
    ...(concurrency === undefined ? ['it may run twice at once'] : []),
    ...('pull_request_target' in on ? ['it runs strangers’ code with our permissions'] : []),
    ...unpinned(text),
  ];
  return [...own, ...Object.entries(jobs).flatMap(([name, job]) => faultsOfJob(name, job, folder))];
}

/** An action is a commit, and a comment says which release that is. */
function unpinned(text: string): string[] {
  const uses = text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line));
  return uses
    .filter((line) => !/uses: [\w-]+(\/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))
    .map((line) => `${line.trim()} is no commit of a release that is named`);
}

function faultsOfJob(name: string, job: Job, folder: string): string[] {
  const { permissions } = job;
  const isTrusted = permissions?.['id-token'] === 'write';
  const hasSecrets = /\$\{\{[^}]*\b(secrets|vars)\./.test(JSON.stringify(job));
  return [
    ...(permissions === undefined ? [`${name} does not say what it may do`] : []),
    ...(job['timeout-minutes'] === undefined ? [`${name} may run for six hours`] : []),
    ...((isTrusted || hasSecrets) && !job.environment ? [`${name} has secrets, but no environment`] : []),
    ...job.steps.flatMap((step) => faultsOfStep(step, folder)).map((fault) => `${name}: ${fault}`),
  ];
}

function faultsOfStep({ uses = '', run = '', with: inputs }: Step, folder: string): string[] {
  const keepsToken = uses.startsWith('actions/checkout@') && inputs?.['persist-credentials'] !== false;
  return [
    ...(keepsToken ? ['the token stays in the clone'] : []),
    // What is put into a script as text is read by the shell.
    ...(run.includes('${{') ? [`${run} has an expression in it`] : []),
    ...absentNames(run, folder),
  ];
}

/** The scripts of npm and the files that a command names, which are not there. */
export function absentNames(command: string, folder: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const named = [...command.matchAll(/\bnpm (?:run )?([a-z]+)/g)].map(([, script = '']) => script);
  const files = [...command.matchAll(/(?:^|[\s'])((?:[\w.-]+\/)+[\w.-]+)/gm)].map(([, file = '']) => file);
  return [
    ...named.filter((script) => !Object.hasOwn(scripts, script)).map((script) => `no script ${script}`),
    ...files.filter((file) => !existsSync(join(folder, file))).map((file) => `no file ${file}`),
  ];
}
