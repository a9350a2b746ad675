/** Writes a run into docs/performance.md and README.md, between their marks, and the plot beside the page. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peersTable } from './peers-table.mjs';
import { plotOf } from './plot.mjs';
import { budgetTable, tableOf } from './tables.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
const docs = join(root, 'docs');
const begin = '<!-- figures: npm run bench -- --docs -->';
const end = '<!-- end of figures -->';

export function writeDocs({ results, machine, versions }) {
  replaceIn(join(docs, 'performance.md'), [
    `Measured on ${machine}, with ${versions}.`,
    '![CPU for each token of one stream](performance.svg)',
    ...results.map((result) => tableOf(result)),
    '### Budgets',
    budgetTable(results),
  ]);
  replaceIn(join(root, 'README.md'), [peersTable(results)]);
  const stream = results.find(({ name }) => name === 'stream');
  if (stream) writeFileSync(join(docs, 'performance.svg'), plotOf(stream));
}

function replaceIn(page, paragraphs) {
  const text = readFileSync(page, 'utf8');
  writeFileSync(page, withFigures(text, paragraphs.join('\n\n')));
}

/** A page with other figures between its marks. */
export function withFigures(text, figures) {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no "${begin}" before "${end}".`);
  return `${text.slice(0, from + begin.length)}\n\n${figures}\n\n${text.slice(to)}`;
}
