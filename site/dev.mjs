// The site while it is written, at an address of this machine: a change of a page is seen at once.
import { watch } from 'node:fs';
import { join } from 'node:path';
import { root, site } from './stage/places.mjs';
import { ready } from './stage/ready.mjs';

await ready();
const [{ createServer }, { stage, stagePages }] = await Promise.all([
  import('vitepress'),
  import('./stage/stage.mjs'),
]);
await stage({ keepApi: true });
for (const folder of ['docs', 'packages', join('site', 'pages')]) {
  watch(join(root, folder), { recursive: true }, (_, file) => {
    if (file?.endsWith('.md') || file?.endsWith('.svg')) stagePages();
  });
}
const server = await createServer(site, { host: '127.0.0.1' });
await server.listen();
server.printUrls();
