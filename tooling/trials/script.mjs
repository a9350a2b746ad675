// A trial that stands alone: a script beside this file, in a process of its own, so that it may block as it likes.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The trial that runs a script and gives what it prints; it fails when the script does. */
export function script(file) {
  return async () => {
    const { stdout } = await execute(process.execPath, [join(import.meta.dirname, file)], { maxBuffer: 1e8 });
    return stdout.trim();
  };
}
