// Which Markdown of the repository becomes which page. The folder docs/ stays the source, and readable by itself.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Pages by the path of their source, both from their roots: `docs/sessions.md` is `sessions.md`. */
export function pagesOf(root) {
  const docs = below(root, 'docs').filter((file) => file.endsWith('.md'));
  const own = below(root, 'site/pages').filter((file) => file.endsWith('.md'));
  const readmes = readdirSync(join(root, 'packages'))
    .map((name) => `packages/${name}/README.md`)
    .filter((file) => existsSync(join(root, file)));
  return new Map([
    ...docs.map((file) => [file, file.slice('docs/'.length)]),
    ...own.map((file) => [file, file.slice('site/pages/'.length)]),
    ...readmes.map((file) => [file, `${file.slice(0, -'/README.md'.length)}.md`]),
    ['CONTRIBUTING.md', 'contributing.md'],
  ]);
}

/** What pages show beside text, by the path of its source. */
export function picturesOf(root) {
  const pictures = below(root, 'docs').filter((file) => /\.(svg|png)$/.test(file));
  return new Map(pictures.map((file) => [file, file.slice('docs/'.length)]));
}

function below(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}
