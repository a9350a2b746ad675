// The figures in README.md's table of packages: how big each is, from docs/sizes.md, and how many laws it keeps, from
// what its exam wrote. `npm run sizes` and `npm run laws` write them.
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alignedTable } from './aligned-table.mjs';
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

const cellsOf = (line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The page with the table between its marks brought up to date: the names and words of each row stay. */
export function withFigures(page, { sizes, laws }) {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no "${begin}" before "${end}".`);
  const lines = page
    .slice(from + begin.length, to)
    .trim()
    .split('\n');
  const [head, , ...rows] = lines.map(cellsOf);
  const filled = rows.map(([name, words]) => {
    const folder = /\(packages\/(.+)\)$/.exec(name)?.[1];
    return [name, words, sizes[folder] ?? NONE, laws[folder] ?? NONE];
  });
  return `${page.slice(0, from + begin.length)}\n\n${alignedTable(head, filled, 2)}\n\n${page.slice(to)}`;
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
