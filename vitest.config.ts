import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * Packages whose test files share a process, each with the package's own modules anew: most of their time was loading what
 * they stand on. The others start programs, load an engine, or register what a process has once.
 */
const sharing: ReadonlySet<string> = new Set([
  'backend-wrappers',
  'core',
  'formatter',
  'guardrails',
  'openai-wire',
  'plugins',
  'provider-kit',
  'schema',
  'stdlib',
  'streaming',
]);

/** Shared by every package: `vitest run --config ../../vitest.config.ts --root .` */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    isolate: !sharing.has(basename(process.cwd())),
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
