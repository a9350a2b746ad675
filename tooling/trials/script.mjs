// A trial that stands alone: a script beside this file, in a process of its own, so that it may block as it likes.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stop } from './stop.mjs';

const execute = promisify(execFile);

/**
 * The trial that runs a script and gives what it prints; it fails when the script does. Its temporary folders are made
 * in that of the trials, so that none is left of a script that is stopped.
 */
export function script(file) {
  return async ({ home }) => {
    const env = { ...process.env, TMPDIR: home, TEMP: home, TMP: home };
    const options = { env, maxBuffer: 1e8, signal: stop.signal };
    const { stdout } = await execute(process.execPath, [join(import.meta.dirname, file)], options);
    return stdout.trim();
  };
}
