import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Example, sourceOf } from './example.js';

const strictness = fileURLToPath(new URL('../../tsconfig/base.json', import.meta.url));

/** Writes each program to a folder of its own, below one tsconfig with the strictness of the packages. */
export function writeProject(folder: string, examples: readonly Example[]): void {
  rmSync(folder, { recursive: true, force: true });
  for (const example of examples) {
    mkdirSync(join(folder, example.name), { recursive: true });
    writeFileSync(join(folder, example.name, `example.${example.language}`), sourceOf(example));
  }
  if (examples.length > 0)
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(projectSettings, null, 2));
}

/** How generated programs are compiled. */
export const projectSettings = {
  extends: strictness,
  compilerOptions: {
    types: ['node'],
    skipLibCheck: true,
    moduleDetection: 'force',
    inlineSourceMap: true,
  },
  include: ['*/example.ts'],
};
