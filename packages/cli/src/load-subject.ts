import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MelliflowError } from '@melliflow/core';
import { describe, nameErrors } from '@melliflow/core/implement';
import type { ShownBackend } from './load-exam.js';

/** The module that was to show a backend to the exam cannot be used; the message says why. */
export class SubjectError extends MelliflowError {}

nameErrors({ SubjectError });

/**
 * Imports a module, named by its file or by its package, and takes its `subject`.
 *
 * @throws SubjectError (`subject`) when there is no such module, when it throws, or when it has no subject.
 */
export async function loadSubject(module: string, folder: string = process.cwd()): Promise<ShownBackend> {
  const { subject } = await importFrom(module, folder);
  if (isSubject(subject)) return subject;
  throw new SubjectError(
    `${module} must export a \`subject\` with a name and a function backend(script), got ${describe(subject)}. ` +
      'subjectOverWire() of @melliflow/backend-conformance makes one.',
  );
}

async function importFrom(module: string, folder: string): Promise<{ readonly subject?: unknown }> {
  try {
    return await import(urlOf(module, folder));
  } catch (error) {
    if (SubjectError.is(error)) throw error;
    throw new SubjectError(`${module} cannot be loaded: ${String(error)}${hintOf(error)}`, { cause: error });
  }
}

/** An older Node does not read TypeScript, and no Node reads all of it. */
function hintOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_UNKNOWN_FILE_EXTENSION') return '';
  return ". Name the compiled file, or install tsx and set NODE_OPTIONS='--import tsx'.";
}

/** A file counts before a package of that name: `test/subject.js` needs no `./`. */
function urlOf(module: string, folder: string): string {
  const file = resolve(folder, module);
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return pathToFileURL(file).href;
  try {
    return pathToFileURL(createRequire(join(folder, 'package.json')).resolve(module)).href;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new SubjectError(
      `There is neither a file ${file} nor a package "${module}" in this project. ` +
        'Name a module that exports a `subject`, such as ./test/subject.js.',
      { cause: error },
    );
  }
}

function isSubject(value: unknown): value is ShownBackend {
  if (typeof value !== 'object' || value === null) return false;
  const { name, backend } = value as Partial<ShownBackend>;
  return typeof name === 'string' && typeof backend === 'function';
}
