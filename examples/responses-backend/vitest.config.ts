import { defineConfig } from 'vitest/config';

// Only what hangs runs into the limit: a busy machine is no failure.
export default defineConfig({ test: { include: ['test/**/*.test.ts'], testTimeout: 60_000 } });
