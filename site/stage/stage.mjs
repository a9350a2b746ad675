// Lays out what VitePress reads: the pages of the repository with the site's links, their pictures, and the API.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { writeApi } from './api.mjs';
import { withTrueAnchors } from './api-anchors.mjs';
import { decisionsPage } from './decisions.mjs';
import { pagesOf, picturesOf } from './pages.mjs';
import { REPOSITORY, root, site, staged } from './places.mjs';
import { withSections } from './sections.mjs';
import { forSite } from './site-markdown.mjs';

/** Pages whose tables want all the room there is. */
const wide = new Set(['docs/options.md', 'docs/laws.md', 'docs/from-mellea.md']);
const api = join(site, '.generated', 'api');

/** Writes everything. `keepApi`: the API stays as the last build made it, since it takes half a minute. */
export async function stage({ keepApi = false } = {}) {
  if (!keepApi || !existsSync(api)) {
    rmSync(api, { recursive: true, force: true });
    await writeApi(api);
  }
  rmSync(staged, { recursive: true, force: true });
  stagePages();
  const files = readdirSync(api, { recursive: true })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.md'));
  const pages = new Map(files.map((file) => [file, readFileSync(join(api, file), 'utf8')]));
  for (const [file, text] of withTrueAnchors(pages))
    write(`api/${file}`, withFrontMatter(withWayBack(text), { editLink: false }));
}

/** Writes the pages that are written by hand. */
export function stagePages() {
  const pages = pagesOf(root);
  const pictures = picturesOf(root);
  const read = (file) => forSite(readFileSync(join(root, file), 'utf8'), { file, root, pages, pictures });
  for (const [file, page] of pages)
    write(page, withFrontMatter(withSections(read(file), read) + wayToApi(page), fieldsOf(file)));
  write('decisions/index.md', withFrontMatter(decisionsPage(root, pages), { editLink: false }));
  for (const [file, picture] of pictures) copy(join(root, file), picture);
  copy(join(root, 'packages', 'model-tiny', 'tiny.gguf'), 'public/tiny.gguf');
  copy(join(site, 'pages', 'mark.svg'), 'public/mark.svg');
  copy(join(site, 'pages', 'home.svg'), 'public/home.svg');
}

/** Of a package: from its page to its names, */
function wayToApi(page) {
  const name = /^packages\/(.+)\.md$/.exec(page)?.[1];
  return name === undefined
    ? ''
    : `\n[All names of the package, with their doc comments](/api/@melliflow/${name})\n`;
}

/** and from its names to its page, which says what they are for. */
function withWayBack(text) {
  return text.replace(
    /^# @melliflow\/([\w-]+).*$/m,
    (title, name) => `${title}\n\nWhat it is for, with a first program: [the package](/packages/${name}).`,
  );
}

/** A page with its front matter; that of the site's own pages stands beside them. */
function withFrontMatter(text, fields) {
  return `---\n${JSON.stringify(fields)}\n---\n\n${text}`;
}

function fieldsOf(file) {
  const beside = join(root, file.replace(/\.md$/, '.json'));
  const own = file.startsWith('site/') && existsSync(beside) ? JSON.parse(readFileSync(beside, 'utf8')) : {};
  const layout = wide.has(file) ? { aside: false, pageClass: 'wide-page' } : {};
  return { edit: `${REPOSITORY}/edit/main/${file}`, ...layout, ...own };
}

function write(page, text) {
  const path = join(staged, page);
  mkdirSync(dirname(path), { recursive: true });
  // A dev server looks at every change.
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}

function copy(from, to) {
  mkdirSync(dirname(join(staged, to)), { recursive: true });
  copyFileSync(from, join(staged, to));
}
