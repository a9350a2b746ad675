import { textOf } from '@melliflow/core/implement';
import { NotInstalledError } from './not-installed-error.js';

/**
 * The module of a package that is loaded by its name: from the project that the program runs in, whose own version
 * counts, else from where this package is installed.
 *
 * @throws NotInstalledError (`not_installed`) with the command that installs it.
 */
export async function importPackage<T>(name: string): Promise<T> {
  const url = inProject(name);
  if (url !== null) return importNamed<T>(url);
  try {
    return await importNamed<T>(name);
  } catch (error) {
    if (!isAbsent(error, name)) throw error;
    throw new NotInstalledError(
      `${name} is not installed. Install with:\n\n  npm install ${name}\n\nor, with pnpm:\n\n  pnpm add ${name}`,
    );
  }
}

/** A bundler must leave it alone: which package it is, the user says at run time. */
async function importNamed<T>(specifier: string): Promise<T> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ specifier);
}

/** Whether it is this package that cannot be found, and not one that it needs in turn. */
function isAbsent(error: unknown, name: string): boolean {
  const words = textOf(error).split(/ imported from /i)[0] ?? '';
  return (
    words.includes(name) && /cannot find|not found|could not resolve|failed to (load|resolve)/i.test(words)
  );
}

/** Where the package is installed in the project, in Node; a linked copy of ours does not see it from its own place. */
function inProject(name: string): string | null {
  const { process } = globalThis as { process?: NodeProcess };
  const createRequire = process?.getBuiltinModule?.('node:module')?.createRequire;
  const toURL = process?.getBuiltinModule?.('node:url')?.pathToFileURL;
  if (!process || !createRequire || !toURL) return null;
  try {
    return toURL(createRequire(`${process.cwd()}/package.json`).resolve(name)).href;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** What of Node's process is used here; browsers have none. */
interface NodeProcess {
  cwd(): string;
  getBuiltinModule?(id: string):
    | {
        createRequire?(from: string): { resolve(name: string): string };
        pathToFileURL?(path: string): { readonly href: string };
      }
    | undefined;
}
