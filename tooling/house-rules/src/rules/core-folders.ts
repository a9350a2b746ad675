import { join } from 'node:path';
import { coreFolders } from '../arrows.js';
import { isRelative, moduleImports } from '../module-imports.js';
import { place, resolveFrom } from '../relative-path.js';
import type { Rule } from '../rule.js';
import { filesBelow } from '../source-files.js';

/** Keeps the law of the house readable from its first folder to its last, and free of cycles at run time. */
export const coreFoldersRule: Rule = {
  id: 'core-folders',
  sentence: "Run-time imports between core's folders go to the same row of arrows.ts or to one above.",
  check(root) {
    const src = join(root, 'packages/core/src');
    return filesBelow(src, '.ts').flatMap((file) => checkFile(src, file));
  },
};

function checkFile(src: string, file: string): string[] {
  if (file === 'index.ts') return [];
  const own = rowOf(file);
  if (own < 0)
    return [
      `${place('core', `src/${file}`)}: its folder has no row in arrows.ts; add it where its arrows end`,
    ];
  return moduleImports(join(src, file)).flatMap(({ specifier, kind, line }) => {
    if (specifier === null || !isRelative(specifier)) return [];
    const target = resolveFrom(file, specifier);
    if (kind === 'type' || isAtMost(rowOf(target), own)) return [];
    return [
      `${place('core', `src/${file}`, line)}: a run-time import of ${target}, which comes later; import its type or move the code`,
    ];
  });
}

/** The row of a file's folder; -1 for none, which no file may import. */
function rowOf(file: string): number {
  const [folder = ''] = file.split('/');
  return coreFolders.findIndex((row) => row.includes(folder));
}

function isAtMost(row: number, own: number): boolean {
  return row >= 0 && row <= own;
}
