// Markdown as it reads on GitHub, made fit for the site. Links between files become links between pages, or to the file
// on GitHub where there is no page; what looks like a tag is text, and so are braces, which the site would run.
import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { REPOSITORY } from './places.mjs';

/**
 * The text as the site needs it.
 *
 * @throws Error that names the file and the link when there is no such file.
 */
export function forSite(text, { file, root, pages, pictures }) {
  const edits = [];
  const visit = (node) => {
    if (node.type === 'link' || node.type === 'definition' || node.type === 'image') {
      const url = siteUrl(node.url, { file, root, pages, pictures });
      if (url !== node.url) edits.push({ at: placeOf(text, node), length: node.url.length, to: url });
    }
    if (node.type === 'html' && !/^<(!--|\/?[A-Z])/.test(node.value))
      edits.push(...escapes(node, '<', '&lt;'));
    // What docs-check reads behind the language; a digit in it would light up a line.
    if (node.type === 'code' && node.meta)
      edits.push({ at: metaOf(text, node), length: node.meta.length, to: '' });
    if (node.type === 'text') edits.push(...escapes(node, '{{', '&#123;&#123;'));
    for (const child of node.children ?? []) visit(child);
  };
  visit(fromMarkdown(text));
  for (const { at, length, to } of edits.sort((a, b) => b.at - a.at))
    text = text.slice(0, at) + to + text.slice(at + length);
  return text;

  function escapes({ position }, what, to) {
    const found = [];
    const { start, end } = position;
    for (
      let at = text.indexOf(what, start.offset);
      at >= 0 && at < end.offset;
      at = text.indexOf(what, at + 1)
    )
      found.push({ at, length: what.length, to });
    return found;
  }
}

/** Where the words behind the language of a fence stand. */
function metaOf(text, { lang, meta, position }) {
  const behind = text.indexOf(lang, position.start.offset) + lang.length;
  return text.indexOf(meta, behind);
}

/** Where the URL stands: it is the last thing in a link that reads so. */
function placeOf(text, { position, url }) {
  const at = text.slice(0, position.end.offset).lastIndexOf(url);
  if (at < position.start.offset)
    throw new Error(`The link ${url} is written in a way that is not understood.`);
  return at;
}

function siteUrl(url, { file, root, pages, pictures }) {
  if (/^([a-z]+:|#|\/)/i.test(url)) return url;
  const [path, anchor] = url.split('#');
  const hash = anchor === undefined ? '' : `#${anchor}`;
  const target = posix.normalize(posix.join(posix.dirname(file), path)).replace(/\/$/, '');
  const page = pages.get(target) ?? pages.get(`${target}/README.md`);
  if (page) return `/${page}${hash}`;
  if (pictures.has(target)) return `/${pictures.get(target)}`;
  if (target === 'README.md') return `/${hash === '' ? 'index.md' : `index.md${hash}`}`;
  if (target === 'docs/decisions') return '/decisions/index.md';
  if (!existsSync(join(root, target))) throw new Error(`${file}: there is no ${target} for the link ${url}.`);
  const kind = statSync(join(root, target)).isDirectory() ? 'tree' : 'blob';
  return `${REPOSITORY}/${kind}/main/${target}${hash}`;
}
