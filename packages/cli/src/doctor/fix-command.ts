import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { upwards } from './installed-packages.js';
import { readManifest } from './manifest.js';

/** What mends an installation, in the words of the program that made it. */
export interface FixCommands {
  /** Installs packages, such as `@melliflow/core@^1.0.0`. */
  add(...packages: readonly string[]): string;
  /** Makes one copy out of several where their ranges allow it. */
  readonly dedupe: string;
  /** Tells who brings a package. */
  why(name: string): string;
  /** Installs all anew, with the optional parts. */
  readonly reinstall: string;
}

const lockFiles: Readonly<Record<string, string>> = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
  'package-lock.json': 'npm',
};

const commands: Readonly<Record<string, FixCommands>> = {
  npm: commandsOf('npm install', 'npm dedupe', 'npm ls', 'npm install --force --include=optional'),
  pnpm: commandsOf('pnpm add', 'pnpm dedupe', 'pnpm why', 'pnpm install --force'),
  yarn: commandsOf('yarn add', 'yarn dedupe', 'yarn why', 'yarn install --force'),
  bun: commandsOf('bun add', 'bun update', 'bun pm why', 'bun install --force'),
};

function commandsOf(add: string, dedupe: string, why: string, reinstall: string): FixCommands {
  return {
    add: (...packages) => [add, ...packages.map(shellWord)].join(' '),
    dedupe,
    why: (name) => `${why} ${shellWord(name)}`,
    reinstall,
  };
}

/** A range such as `^6 || ^7`, or a name out of somebody's file, must not be read by a shell. */
function shellWord(text: string): string {
  return /^[\w@./^~:=-]+$/.test(text) ? text : `'${text.replaceAll("'", '')}'`;
}

/** The commands for a project: `packageManager` counts, then the nearest lock file, then it is npm. */
export function fixCommands(folder: string): FixCommands {
  for (const place of upwards(folder)) {
    const named = readManifest(place)?.packageManager?.split('@')[0];
    const lockFile = Object.keys(lockFiles).find((file) => existsSync(join(place, file)));
    const program = named ?? (lockFile && lockFiles[lockFile]);
    if (program && Object.hasOwn(commands, program)) return commands[program] as FixCommands;
  }
  return commands.npm as FixCommands;
}
