// Builds the site into .generated/dist. `--keep-api` takes the pages of the API from the last build.
import { site } from './stage/places.mjs';
import { ready } from './stage/ready.mjs';

await ready();
const [{ build }, { stage }] = await Promise.all([import('vitepress'), import('./stage/stage.mjs')]);
await stage({ keepApi: process.argv.includes('--keep-api') });
await build(site);
