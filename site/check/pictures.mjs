// Screenshots for people to look at, wide and narrow, light and dark.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const shown = [
  'index',
  'start',
  'playground',
  'concepts/thunk',
  'concepts/stream',
  'validated-streaming',
  'options',
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
        if (name === 'playground') {
          await page.locator('[name=pace]').fill('0');
          await page.getByRole('button', { name: 'Run' }).click();
          await page.locator('.stage[data-state="stopped"]').waitFor();
        }
        const file = `${name.replace('/', '-')}-${size}-${colorScheme}.png`;
        await page.screenshot({
          path: join(folder, file),
          fullPage: name === 'playground' || name.startsWith('concepts'),
        });
      }
      await context.close();
    }
  }
}
