import { expect, test } from 'vitest';
import { optionsPage } from '../reference/options-page.js';

test('the page of options is what the backends do today', async () => {
  await expect(await optionsPage()).toMatchFileSnapshot('../../docs/options.md');
});
