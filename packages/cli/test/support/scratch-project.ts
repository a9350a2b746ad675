import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with packages of its own, as a user's project; disposing it removes it. */
export interface ScratchProject extends Disposable {
  readonly folder: string;
  /** A file of it, for what resolves from there. */
  readonly manifest: string;
}

/** `packages` are sources of ES modules by package name. */
export function scratchProject(packages: Readonly<Record<string, string>> = {}): ScratchProject {
  const folder = mkdtempSync(join(tmpdir(), 'melliflow-cli-'));
  for (const [name, source] of Object.entries(packages)) {
    const directory = join(folder, 'node_modules', name);
    mkdirSync(directory, { recursive: true });
    const manifest = { name, type: 'module', exports: { '.': { default: './index.js' } } };
    writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(directory, 'index.js'), source);
  }
  return {
    folder,
    manifest: join(folder, 'package.json'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
