import { createRequire } from 'node:module';
import { examine, lawsRecord, subjectOverWire } from '@melliflow/backend-conformance';
import { ollamaWire } from '@melliflow/backend-conformance/servers';
import { describe, expect, it } from 'vitest';
import { sdks } from './sdk.js';

const reports = sdks.map((sdk) =>
  examine(
    subjectOverWire({
      name: `OllamaBackend over ${sdk.name}`,
      wire: ollamaWire(),
      backend: (server, settings) => sdk.backend(server, settings),
    }),
    { describe, it },
  ),
);

it('came out as laws.json says; `npm run laws` writes it', async () => {
  const { version } = createRequire(import.meta.url)('../node_modules/ollama/package.json');
  const record = lawsRecord({ subject: 'OllamaBackend', sdk: `ollama ${version}` }, ...reports);
  await expect(`${JSON.stringify(record, null, 2)}\n`).toMatchFileSnapshot('laws.json');
});
