import { defineConfig } from 'vitest/config';

/** Shared by every package: `vitest run --config ../../vitest.config.ts --root .` */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Only what hangs runs into them: a busy machine is no failure.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    dangerouslyIgnoreUnhandledErrors: false,
    // `npm test` sums these reports of all packages; turbo keeps them with the task's result.
    reporters: ['default', 'json'],
    outputFile: { json: '.turbo/vitest-report.json' },
  },
});
