import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { place } from '../relative-path.js';
import type { Rule } from '../rule.js';
import { filesBelow } from '../source-files.js';
import { workspacePackages } from '../workspace-package.js';

/** The index is the table of contents: whoever reads it sees each public name and where it lives. */
export const indexNamesOnlyRule: Rule = {
  id: 'index-names-only',
  sentence: 'An index.ts holds `export { … } from` and `export type { … } from` only, never `export *`.',
  check: (root) =>
    workspacePackages(root).flatMap((pkg) =>
      filesBelow(join(pkg.directory, 'src'), '.ts')
        .filter((file) => basename(file) === 'index.ts')
        .flatMap((file) =>
          otherStatements(join(pkg.directory, 'src', file)).map(
            (line) => `${place(pkg.folder, `src/${file}`, line)}: not a re-export of names`,
          ),
        ),
    ),
};

function otherStatements(path: string): number[] {
  const text = readFileSync(path, 'utf8');
  return parseSync(path, text)
    .program.body.filter(
      (statement) => statement.type !== 'ExportNamedDeclaration' || statement.source === null,
    )
    .map(({ start }) => text.slice(0, start).split('\n').length);
}
