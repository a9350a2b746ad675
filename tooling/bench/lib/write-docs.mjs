/** Writes a run into docs/performance.md, with its plot, and into README.md, and there what becomes of bad streams. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { badStreamsTable } from './bad-streams.mjs';
import { withText } from './between-marks.mjs';
import { peersTable } from './peers-table.mjs';
import { plotOf } from './plot.mjs';
import { budgetTable, tableOf } from './tables.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
const docs = join(root, 'docs');
const command = 'npm run bench -- --docs';
const figures = { begin: `<!-- figures: ${command} -->`, end: '<!-- end of figures -->' };
const badStreams = { begin: `<!-- bad streams: ${command} -->`, end: '<!-- end of bad streams -->' };

export async function writeDocs({ results, machine, versions }) {
  replaceIn(join(docs, 'performance.md'), figures, [
    `Measured on ${machine}, with ${versions}.`,
    '![CPU for each token of one stream](performance.svg)',
    ...results.map((result) => tableOf(result)),
    '### Budgets',
    budgetTable(results),
  ]);
  replaceIn(join(root, 'README.md'), figures, [peersTable(results)]);
  replaceIn(join(root, 'README.md'), badStreams, [await badStreamsTable()]);
  const stream = results.find(({ name }) => name === 'stream');
  if (stream) writeFileSync(join(docs, 'performance.svg'), plotOf(stream));
}

function replaceIn(page, marks, paragraphs) {
  const text = readFileSync(page, 'utf8');
  writeFileSync(page, withText(text, marks, paragraphs.join('\n\n')));
}
