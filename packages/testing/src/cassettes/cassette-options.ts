import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Backend } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import type { CassetteFile } from './cassette-file.js';
import { type CassetteMode, resolveMode } from './cassette-mode.js';

/** Where a cassette lies, and how it is recorded and replayed. */
export interface CassetteOptions {
  /** A JSON file, from the current folder or as a file URL. One test file has it for itself. */
  file: string | URL;
  /**
   * `replay` never asks the model, `record` always does and writes the file anew. `auto`, the default, replays where
   * there is a file and records where there is none or `MELLIFLOW_CASSETTES=update` is set; in CI it only replays.
   */
  mode?: CassetteMode | undefined;
  /** Whether a replay takes the time that the model took, or is at once. Default `none`. */
  timing?: 'none' | 'recorded' | undefined;
  /** Whether prompts are stored to be read and compared, or as hashes alone. Default `text`. */
  prompts?: 'text' | 'hash' | undefined;
  /**
   * Changes every text before it is compared and stored: takes out what must not be in the file, or what is never
   * twice the same. Credentials of the backend and what looks like a key are taken out without it.
   *
   * @example
   * { scrub: (text) => text.replaceAll(/\d{4}-\d\d-\d\d/g, '[date]') }
   */
  scrub?: ((text: string) => string) | undefined;
}

/** The options as a cassette works by them. */
export interface ResolvedCassette {
  readonly file: CassetteFile;
  readonly mode: 'record' | 'replay';
  readonly timing: 'none' | 'recorded';
  readonly prompts: 'text' | 'hash';
  readonly scrub: ((text: string) => string) | undefined;
}

/**
 * @throws TypeError that names the option, what it got and what it takes.
 * @throws CassetteError (`cassette`) when it is told to record in CI.
 */
export function resolveCassette(backend: Backend, options: CassetteOptions): ResolvedCassette {
  if (typeof backend?._generateFromContext !== 'function')
    throw wrong('the first argument', 'a backend', backend);
  if (typeof options !== 'object' || options === null) throw wrong('the second argument', 'options', options);
  const { mode = 'auto', timing = 'none', prompts = 'text', scrub } = options;
  oneOf('mode', mode, ['auto', 'record', 'replay']);
  oneOf('timing', timing, ['none', 'recorded']);
  oneOf('prompts', prompts, ['text', 'hash']);
  if (scrub !== undefined && typeof scrub !== 'function') throw wrong('scrub', 'a function', scrub);
  const file = fileOf(options.file);
  return { file, mode: resolveMode(mode, file), timing, prompts, scrub };
}

function fileOf(file: string | URL): CassetteFile {
  // By its shape: runners with a simulated browser have a URL class of their own.
  const text = typeof file === 'object' && file !== null ? file.href : file;
  if (typeof text !== 'string' || text === '' || (text !== file && !text.startsWith('file:')))
    throw wrong('file', 'a path or a file URL', file);
  const path = text.startsWith('file:') ? fileURLToPath(text) : resolve(text);
  return { name: text === file ? text : path, path };
}

function oneOf(name: string, value: unknown, known: readonly string[]): void {
  if (known.includes(value as string)) return;
  throw wrong(name, known.map((one) => `'${one}'`).join(' or '), value);
}

function wrong(name: string, must: string, got: unknown): TypeError {
  return new TypeError(`cassette: ${name} must be ${must}; got ${describe(got)}.`);
}
