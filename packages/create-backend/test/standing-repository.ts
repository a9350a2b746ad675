import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRepository } from '../src/index.js';
import { temporaryFolder } from './temporary-folder.js';

/** The repository of this package. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url));

const bin = (name: string): string => join(root, 'node_modules', name);

/** A repository that was created, with what an installation would bring. */
export class StandingRepository {
  readonly folder: string;

  constructor(name: string) {
    this.folder = createRepository({ folder: join(temporaryFolder(), name) }).folder;
    const { dependencies, devDependencies } = JSON.parse(this.read('package.json'));
    for (const [name, range] of Object.entries<string>({ ...dependencies, ...devDependencies })) {
      const link = join(this.folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      // The family comes from this workspace, the tools from its root.
      const source = range.startsWith('file:') ? join(this.folder, range.slice(5)) : bin(name);
      symlinkSync(realpathSync(source), link);
    }
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  /** `npm run build` and `npm run typecheck`. */
  async build(): Promise<void> {
    await this.run(bin('typescript/bin/tsc'));
    await this.run(bin('typescript/bin/tsc'), '-p', 'test');
  }

  /** `npm run laws`. */
  async writeLaws(): Promise<void> {
    await this.run(bin('vitest/vitest.mjs'), 'run', 'test/exam.test.ts', '--update');
  }

  /** Runs its tests: how many there are, and how many passed. */
  async test(): Promise<{ numTotalTests: number; numPassedTests: number }> {
    const reporters = ['--reporter=default', '--reporter=json', '--outputFile=report.json'];
    await this.run(bin('vitest/vitest.mjs'), 'run', ...reporters);
    return JSON.parse(this.read('report.json'));
  }

  /** The marks of the README's table of laws. */
  marks(): string[] {
    const rows = this.read('README.md').matchAll(/^\| `[a-z-]+\.[a-z0-9-]+` .* \| (\S+) \|$/gm);
    return [...rows].map(([, mark = '']) => mark);
  }

  /** Runs a program of Node; one that ends with an error is told of by its last words. */
  async run(...args: readonly string[]): Promise<void> {
    const { CI: _, ...env } = process.env;
    const settings = { cwd: this.folder, env: { ...env, NO_COLOR: '1' }, maxBuffer: 1 << 26 };
    await promisify(execFile)(process.execPath, args, settings).catch(({ stdout = '', stderr = '' }) => {
      throw new Error(`${args.join(' ')}\n${`${stdout}\n${stderr}`.slice(-4000)}`);
    });
  }
}
