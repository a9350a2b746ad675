// Opens every page: its links and anchors, what the console says, what it asks of other hosts, whether it fits a phone.
import { readdirSync } from 'node:fs';

const PHONE = { width: 390, height: 844 };

/** What is wrong, one line each. */
export async function checkPages(context, { folder, url }) {
  const problems = [];
  const paths = readdirSync(folder, { recursive: true })
    .map((file) => `/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.html'))
    .sort();
  const pages = new Map();
  const queue = paths.values();
  const work = async () => {
    const page = await context.newPage();
    await page.setViewportSize(PHONE);
    for (const path of queue) {
      const said = [];
      const hear = (message) => message.type() === 'error' && said.push(message.text());
      const fail = (error) => said.push(String(error));
      page.on('console', hear).on('pageerror', fail);
      await page.goto(url + path, { waitUntil: 'load' });
      pages.set(path, await page.evaluate(read));
      page.off('console', hear).off('pageerror', fail);
      problems.push(...said.map((text) => `${path}: ${text}`));
    }
    await page.close();
  };
  await Promise.all([work(), work()]);
  for (const [path, { links, width }] of pages) {
    if (width > PHONE.width) problems.push(`${path}: is ${width} pixels wide on a phone of ${PHONE.width}.`);
    for (const link of links) problems.push(...faultOf(new URL(link, url + path), path, { url, pages }));
  }
  return { count: pages.size, problems };
}

function faultOf(target, path, { url, pages }) {
  if (target.origin !== url) return [];
  const file = decodeURIComponent(
    target.pathname.endsWith('/') ? `${target.pathname}index.html` : target.pathname,
  );
  const page = pages.get(file);
  if (!page) return [`${path}: links to ${target.pathname}, which is not there.`];
  const anchor = decodeURIComponent(target.hash.slice(1));
  return anchor === '' || page.ids.includes(anchor)
    ? []
    : [`${path}: links to ${file}#${anchor}, which is not there.`];
}

/** Runs in the page. */
function read() {
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    links: [...new Set(all('a[href]').map((link) => link.getAttribute('href')))],
    ids: all('[id]').map(({ id }) => id),
    width: document.documentElement.scrollWidth,
  };
}
