import { dirname, posix } from 'node:path';

/** Where a relative specifier leads, as a path from the same folder as `file` (`content/part.ts`, `./x.js` -> `content/x.js`). */
export function resolveFrom(file: string, specifier: string): string {
  return posix.join(dirname(file), specifier);
}

/** Where in the repository a line is, for a message: `packages/core/src/x.ts:3`. */
export function place(folder: string, file: string, line?: number): string {
  const path = `packages/${folder}/${file}`;
  return line === undefined ? path : `${path}:${line}`;
}
