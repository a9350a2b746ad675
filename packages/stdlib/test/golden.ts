import { readFileSync } from 'node:fs';

/** Reads a file of traces of the reference implementation. */
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8'));
}
