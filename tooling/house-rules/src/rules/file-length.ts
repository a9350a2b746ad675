import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../rule.js';
import { sourceFiles } from '../source-files.js';

const mostLines = 300;

/** Past this a file is asking to be two. */
export const fileLengthRule: Rule = {
  id: 'file-length',
  sentence: `No source file has more than ${mostLines} lines.`,
  check: (root) =>
    sourceFiles(root).flatMap((file) => {
      const lines = readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length;
      return lines > mostLines ? [`${file}: ${lines} lines; split it by concept`] : [];
    }),
};
