import { existsSync } from 'node:fs';
import process from 'node:process';
import { CassetteError } from './cassette-errors.js';
import type { CassetteFile } from './cassette-file.js';

/** What a cassette is told to do: to replay what is there and record what is not, or one of the two always. */
export type CassetteMode = 'auto' | 'record' | 'replay';

/** Whether this runs where nobody looks at what is recorded. */
export function isCi(): boolean {
  const { CI } = process.env;
  return CI !== undefined && !['', '0', 'false'].includes(CI);
}

/**
 * Whether recordings are to be made anew: by the environment, or by a flag of this very process. The flags of vitest
 * and jest are for snapshots, which cost nothing; a recording asks the model.
 */
function isUpdate(): boolean {
  return process.env.MELLIFLOW_CASSETTES === 'update' || process.argv.includes('--update');
}

/**
 * Whether a cassette records or replays.
 *
 * @throws CassetteError (`cassette`) when it is told to record in CI.
 */
export function resolveMode(mode: CassetteMode, file: CassetteFile): 'record' | 'replay' {
  if (mode === 'replay') return 'replay';
  if (isCi()) {
    if (mode === 'auto') return 'replay';
    const message = `cassette: mode is 'record', but in CI (the variable CI is set) nothing is recorded. Record ${file.name} on your machine and commit it.`;
    throw new CassetteError(message, { file: file.name });
  }
  if (mode === 'record' || isUpdate()) return 'record';
  return existsSync(file.path) ? 'replay' : 'record';
}
