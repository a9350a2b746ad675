import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder of the repository. */
const root: string = fileURLToPath(new URL('../../..', import.meta.url));

/** What is copied: everything that the tests let meet, and what that needs. */
const copied = [
  'core',
  'formatter',
  'schema',
  'provider-kit',
  'openai-wire',
  'streaming',
  'plugins',
  'stdlib',
  'testing',
  'backend-openai',
] as const;

/** A second, physical copy of the packages, as an installation with a version conflict has it. */
export class SecondCopy {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'second-copy-'));

  constructor() {
    for (const name of copied) this._copy(name);
  }

  /** Imports a module of this copy by its name, as a program that stands beside it would. */
  async import<M>(name: string): Promise<M> {
    const [, name1 = '', subpath = ''] = /^@melliflow\/([^/]+)\/?(.*)$/.exec(name) ?? [];
    return import(pathToFileURL(join(this.place(name1), 'dist', subpath, 'index.js')).href);
  }

  /** Where the copy of a package stands. */
  place(name: string): string {
    return join(this.folder, 'node_modules', '@melliflow', name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @internal */
  _copy(name: string): void {
    const from = join(root, 'packages', name);
    for (const part of ['package.json', 'dist'])
      cpSync(join(from, part), join(this.place(name), part), { recursive: true });
    const { dependencies = {} } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
    for (const library of Object.keys(dependencies)) {
      if (!library.startsWith('@melliflow/')) this._link(library, join(from, 'node_modules', library));
    }
  }

  /** @internal What is not ours is there once. */
  _link(library: string, from: string): void {
    const to = join(this.folder, 'node_modules', library);
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(realpathSync(from), to, 'junction');
  }
}
