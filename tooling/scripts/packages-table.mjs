// The figures in README.md's table of packages: how big each is, from docs/sizes.md, and how many laws it keeps, from
// what its exam wrote. `npm run sizes` and `npm run laws` write them.
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './prepare.mjs';

const begin = '<!-- figures of npm run sizes and npm run laws -->';
const end = '<!-- end of packages -->';
const NONE = '–';

/** The sizes of tarballs by the folder of the package, as the page of sizes tells them. */
export function sizesIn(page) {
  const rows = page.matchAll(/^\| @melliflow\/(\S+) \| ([\d.]+ kB) \| [\d.]+ kB \|$/gm);
  return Object.fromEntries([...rows].map(([, folder, size]) => [folder, size]));
}

/** How many of the laws that were asked a backend keeps. */
export function lawsKept({ outcomes }) {
  const asked = Object.values(outcomes).filter((outcome) => !outcome.startsWith('not_'));
  return `${asked.filter((outcome) => outcome === 'kept').length} of ${asked.length}`;
}

/** The page with the table between its marks brought up to date: the names and words of each row stay. */
export function withFigures(page, { sizes, laws }) {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no "${begin}" before "${end}".`);
  const lines = page
    .slice(from + begin.length, to)
    .trim()
    .split('\n');
  const rows = lines.map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
  const filled = rows.map(([name, words, ...rest]) => {
    const folder = /\(packages\/(.+)\)$/.exec(name)?.[1];
    return folder ? [name, words, sizes[folder] ?? NONE, laws[folder] ?? NONE] : [name, words, ...rest];
  });
  return `${page.slice(0, from + begin.length)}\n\n${aligned(filled)}\n\n${page.slice(to)}`;
}

/** Rows below a head and a rule, with columns that stand below each other. */
function aligned([head, , ...rows]) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const isFigure = (column) => column > 1;
  const line = (cells) =>
    `| ${cells.map((cell, column) => (isFigure(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    isFigure(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** What the repository holds of sizes and laws. */
export function figures() {
  const folders = readdirSync(join(root, 'packages'));
  const recordOf = (folder) => join(root, 'packages', folder, 'test', 'laws.json');
  const examined = folders.filter((folder) => existsSync(recordOf(folder)));
  const laws = examined.map((folder) => [
    folder,
    lawsKept(JSON.parse(readFileSync(recordOf(folder), 'utf8'))),
  ]);
  return {
    sizes: sizesIn(readFileSync(join(root, 'docs', 'sizes.md'), 'utf8')),
    laws: Object.fromEntries(laws),
  };
}

export function writePackagesTable() {
  const file = join(root, 'README.md');
  writeFileSync(file, withFigures(readFileSync(file, 'utf8'), figures()));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) writePackagesTable();
