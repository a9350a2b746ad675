import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, vi } from 'vitest';

/** Files in a folder that is cleared away after the tests; recording is allowed whatever the tests run in. */
export function cassetteFiles(): (name: string) => string {
  vi.stubEnv('CI', '');
  vi.stubEnv('MELLIFLOW_CASSETTES', '');
  const folder = mkdtempSync(join(tmpdir(), 'cassette-tests-'));
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  return (name) => join(folder, name);
}
