import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { resolve } = createRequire(import.meta.url);

/** The packages that the page imports, by the names in its import map: served as they are, without a bundler. */
const packages: Readonly<Record<string, string>> = {
  core: dirname(resolve('@melliflow/core')),
  streaming: dirname(resolve('@melliflow/streaming')),
};

/** The file behind a path of the page, or null. */
export function pageFile(pathname: string): { path: string; type: string } | null {
  if (pathname === '/') return { path: join(import.meta.dirname, 'page.html'), type: 'text/html' };
  if (pathname === '/page.css') return { path: join(import.meta.dirname, 'page.css'), type: 'text/css' };
  const type = 'text/javascript';
  if (pathname === '/page.js') return { path: join(import.meta.dirname, 'page.js'), type };
  const [, name = '', file = ''] = /^\/modules\/(core|streaming)\/([\w/-]+\.js)$/.exec(pathname) ?? [];
  const folder = packages[name];
  return folder === undefined ? null : { path: join(folder, file), type };
}
