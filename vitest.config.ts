import { defineConfig } from 'vitest/config';

/** Shared by every package: `vitest run --config ../../vitest.config.ts --root .` */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    dangerouslyIgnoreUnhandledErrors: false,
    // `npm test` sums these reports of all packages; turbo keeps them with the task's result.
    reporters: ['default', 'json'],
    outputFile: { json: '.turbo/vitest-report.json' },
  },
});
