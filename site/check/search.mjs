// The search of the site: an index that comes from the site itself.
import assert from 'node:assert/strict';

export async function checkSearch(context, url) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${url}/sessions.html`);
  await page.locator('#local-search button').click();
  await page.locator('#localsearch-input').fill('tokenBudget');
  const first = page.locator('#localsearch-list a').first();
  await first.waitFor();
  assert.match(await first.getAttribute('href'), /\.html/);
  await page.close();
}
