import { createRequire } from 'node:module';
import { examine, lawsRecord, subjectOverWire } from '@melliflow/backend-conformance';
import { openaiWire } from '@melliflow/backend-conformance/servers';
import { describe, expect, it } from 'vitest';
import { sdks } from './sdk.js';

const reports = sdks.map((sdk) =>
  examine(
    subjectOverWire({
      name: `OpenAIBackend over ${sdk.name}`,
      wire: openaiWire(),
      backend: (server, settings) => sdk.backend(server, settings),
    }),
    { describe, it },
  ),
);

it('came out as laws.json says; `npm run laws` writes it', async () => {
  const [six, seven] = ['openai-6', 'openai-7'].map(
    (name) => createRequire(import.meta.url)(`../node_modules/${name}/package.json`).version,
  );
  const record = lawsRecord({ subject: 'OpenAIBackend', sdk: `openai ${six} and ${seven}` }, ...reports);
  await expect(`${JSON.stringify(record, null, 2)}\n`).toMatchFileSnapshot('laws.json');
});
