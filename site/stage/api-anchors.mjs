// typedoc counts some names twice when it makes anchors, so a few of its links point at a "-1" that is not there.
import { posix } from 'node:path';
import { slugOf } from '../.vitepress/slug.mjs';

/** The pages with such links mended; a map of their texts by path. */
export function withTrueAnchors(pages) {
  const anchors = new Map([...pages].map(([path, text]) => [path, anchorsOf(text)]));
  const mended = (text, path) =>
    text.replace(/\]\(([^()#\s]*)#([^()\s]+)-\d+\)/g, (link, file, anchor) => {
      const there = anchors.get(file === '' ? path : posix.join(posix.dirname(path), file));
      const full = link.slice(link.indexOf('#') + 1, -1);
      return !there || there.has(full) || !there.has(anchor) ? link : `](${file}#${anchor})`;
    });
  return new Map([...pages].map(([path, text]) => [path, mended(text, path)]));
}

/** Of headings, numbered where they repeat, and of marks in tables. */
function anchorsOf(text) {
  const found = new Set([...text.matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id));
  for (const [, heading] of text.matchAll(/^#+ (.*)$/gm)) {
    const slug = slugOf(heading.replaceAll('\\', ''));
    let anchor = slug;
    for (let count = 1; found.has(anchor); count++) anchor = `${slug}-${count}`;
    found.add(anchor);
  }
  return found;
}
