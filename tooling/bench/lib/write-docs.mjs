/** Writes what was measured into docs/performance.md, between its marks, and the plot beside it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machine } from './machine.mjs';
import { plotOf } from './plot.mjs';
import { number, tableOf } from './tables.mjs';

const docs = join(import.meta.dirname, '..', '..', '..', 'docs');
const page = join(docs, 'performance.md');
const begin = '<!-- figures: npm run bench -- --docs -->';
const end = '<!-- end of figures -->';

export function writeDocs(results, versions) {
  const text = readFileSync(page, 'utf8');
  const figures = [
    `Measured on ${machine()}, with ${versions}.`,
    '![CPU for each token of one stream](performance.svg)',
    ...results.map((result) => tableOf(result)),
    '### Budgets',
    budgetTable(results.flatMap(({ budgets }) => budgets)),
  ].join('\n\n');
  const before = text.slice(0, text.indexOf(begin) + begin.length);
  writeFileSync(page, `${before}\n\n${figures}\n\n${text.slice(text.indexOf(end))}`);
  const stream = results.find(({ name }) => name === 'stream');
  if (stream) writeFileSync(join(docs, 'performance.svg'), plotOf(stream));
}

function budgetTable(budgets) {
  const rows = budgets.map(({ title, way, to, figure, by = 'ratio', limit, middle, low, high, isMet }) => {
    const what = to ? `\`${way}\` ${by === 'ratio' ? '÷' : '−'} \`${to}\`` : `\`${way}\``;
    const found = `${number(middle)} (${number(low)} – ${number(high)})`;
    return `| ${title} | ${what}, ${figure} | ${limit} | ${found} | ${isMet ? 'yes' : '**no**'} |`;
  });
  return ['| case | what | at most | found | met |', '| --- | --- | ---: | ---: | --- |', ...rows].join('\n');
}
