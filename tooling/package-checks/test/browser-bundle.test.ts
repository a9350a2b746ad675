import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { browserBundle } from '../src/browser-bundle.js';
import { publishedPackages } from '../src/published-package.js';

const limited = publishedPackages.flatMap(({ folder, browserLimitBytes }) =>
  browserLimitBytes === undefined ? [] : [{ folder, browserLimitBytes }],
);

describe.each(limited)('$folder in a browser', ({ folder, browserLimitBytes }) => {
  test(`weighs less than ${browserLimitBytes} bytes and needs nothing of Node`, async () => {
    const { gzipBytes, nodeImports } = await browserBundle(`@melliflow/${folder}`, import.meta.dirname);
    console.log(`@melliflow/${folder} in a browser: ${gzipBytes} bytes gzipped (limit ${browserLimitBytes})`);
    expect(nodeImports).toEqual([]);
    expect(gzipBytes).toBeLessThan(browserLimitBytes);
  });
});

describe('the bundle', () => {
  test('names the modules of Node and weighs what is in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    try {
      const noise = Array.from({ length: 4000 }, (_, index) =>
        Math.imul(index + 1, 2_654_435_761).toString(36),
      ).join('');
      writeFileSync(
        join(folder, 'heavy.js'),
        `export { join } from 'node:path';\nexport const noise = '${noise}';`,
      );
      const { gzipBytes, nodeImports } = await browserBundle('./heavy.js', folder);
      expect(nodeImports).toEqual(['node:path']);
      expect(gzipBytes).toBeGreaterThan(12_000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
