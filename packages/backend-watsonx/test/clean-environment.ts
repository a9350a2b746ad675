import { afterEach, beforeEach, vi } from 'vitest';

const suffixes = [
  'URL',
  'APIKEY',
  'API_KEY',
  'BEARER_TOKEN',
  'AUTH_TYPE',
  'AUTH_URL',
  'PROJECT_ID',
  'SPACE_ID',
  'ENABLE_RETRIES',
  'DISABLE_SSL',
];

/** Nothing of the environment of whoever runs the tests gets into them. */
export function withCleanEnvironment(): void {
  beforeEach(() => {
    for (const suffix of suffixes) {
      vi.stubEnv(`WATSONX_AI_${suffix}`, undefined);
      vi.stubEnv(`WATSONX_${suffix}`, undefined);
    }
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
}
