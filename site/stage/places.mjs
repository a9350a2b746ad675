import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = 'https://github.com/melliflow/melliflow';
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const site = join(root, 'site');
/** What VitePress reads. Written anew by each build. */
export const staged = join(site, '.generated', 'pages');
export const built = join(site, '.generated', 'dist');
