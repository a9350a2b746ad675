import { createRequire } from 'node:module';
import { examine, lawsRecord } from '@melliflow/backend-conformance';
import { describe, expect, it } from 'vitest';
import { scriptedSubject } from './scripted-subject.js';

const report = examine(scriptedSubject, { describe, it });

it('came out as laws.json says; `npm run laws` writes it', async () => {
  const { version } = createRequire(import.meta.url)('../node_modules/node-llama-cpp/package.json');
  const record = lawsRecord({ subject: 'LlamaCppBackend', sdk: `node-llama-cpp ${version}` }, report);
  await expect(`${JSON.stringify(record, null, 2)}\n`).toMatchFileSnapshot('laws.json');
});
