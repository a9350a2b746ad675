// Builds the site and looks at it in headless Chromium. `--keep-build` looks at the last one, `--pictures` keeps what
// it looks like in .generated/pictures.
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromium as installed } from '../tooling/trials/programs/chromium.mjs';
import { checkPages } from './check/pages.mjs';
import { takePictures } from './check/pictures.mjs';
import { checkPlayground } from './check/playground.mjs';
import { checkSearch } from './check/search.mjs';
import { serve } from './check/serve.mjs';
import { built, site } from './stage/places.mjs';

const says = (word) => process.argv.includes(word);

if (!says('--keep-build')) await import('./build.mjs');
const server = await serve(built);
const browser = await chromium.launch({
  executablePath: installed(),
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const context = await browser.newContext();
  const strangers = new Set();
  await context.route(
    ({ origin }) => origin !== server.url,
    (route) => {
      strangers.add(route.request().url());
      return route.abort();
    },
  );
  const { count, problems } = await checkPages(context, { folder: built, url: server.url });
  problems.push(...[...strangers].map((url) => `asked another host for ${url}`));
  if (problems.length > 0) throw new Error(`The site is not whole:\n${problems.join('\n')}`);
  console.log(`site: ${count} pages, no broken link, no error, no other host, all fit a phone`);
  await checkSearch(context, server.url);
  console.log('site: the search finds');
  await checkPlayground(context, server.url);
  console.log('site: the playground streams, strikes out what fails, tries again, and needs no network');
  if (says('--pictures'))
    await takePictures(browser, { url: server.url, folder: join(site, '.generated', 'pictures') });
} finally {
  await browser.close();
  server.close();
}
