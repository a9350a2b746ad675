// Screenshots for people to look at, wide and narrow, light and dark.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const shown = [
  'index',
  'start',
  'concepts/thunk',
  'concepts/stream',
  'validated-streaming',
  'hooks',
  'options',
  'packages/streaming',
  'api/@melliflow/streaming',
];
const sizes = { wide: { width: 1360, height: 900 }, narrow: { width: 390, height: 844 } };

export async function takePictures(browser, { url, folder }) {
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      for (const name of shown) {
        await page.goto(`${url}/${name}.html`);
        await page.screenshot({
          path: join(folder, `${name.replaceAll('/', '-')}-${size}-${colorScheme}.png`),
          fullPage: name.startsWith('concepts'),
        });
      }
      const keep = (state) =>
        page.screenshot({ path: join(folder, `playground-${state}-${size}-${colorScheme}.png`) });
      await page.goto(`${url}/playground.html`);
      await page.locator('.stage[data-state="ready"]').waitFor();
      await keep('ready');
      await page.getByRole('button', { name: 'Run' }).click();
      await page.locator('.attempt .passed').first().waitFor();
      await keep('running');
      await page.locator('.stage[data-state="stopped"]').waitFor();
      await keep('stopped');
      await context.close();
    }
  }
}
