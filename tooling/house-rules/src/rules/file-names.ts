import { basename } from 'node:path';
import type { Rule } from '../rule.js';
import { sourceFiles } from '../source-files.js';

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const saysNothing = /^(types|common)$|(^|-)(utils?|helpers?)$/;

/** A name that says nothing collects everything. */
export const fileNamesRule: Rule = {
  id: 'file-names',
  sentence:
    'Files and folders are named for their one concept, in kebab-case; none is called utils, helpers, common or types.',
  check: (root) =>
    sourceFiles(root).flatMap((file) => {
      const [, words = ''] = file.split('/src/');
      const names = words.split('/').map((name) => basename(name, '.ts'));
      return [
        ...names
          .filter((name) => !kebabCase.test(name))
          .map((name) => `${file}: "${name}" is not kebab-case`),
        ...names
          .filter((name) => saysNothing.test(name))
          .map((name) => `${file}: "${name}" says nothing; name it for its concept`),
      ];
    }),
};
