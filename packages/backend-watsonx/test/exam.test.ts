import { createRequire } from 'node:module';
import { examine, lawsRecord, subjectOverWire } from '@melliflow/backend-conformance';
import { IamDesk, watsonxWire } from '@melliflow/backend-conformance/servers';
import { describe, expect, it } from 'vitest';
import { keySdk, sdks } from './sdk.js';

const reports = sdks.map((sdk) =>
  examine(
    subjectOverWire({
      name: `WatsonxBackend with ${sdk.name}`,
      wire: watsonxWire(sdk === keySdk ? { iam: new IamDesk() } : {}),
      backend: (server, settings) => sdk.backend(server, settings),
    }),
    { describe, it },
  ),
);

it('came out as laws.json says; `npm run laws` writes it', async () => {
  const { version } = createRequire(import.meta.url)('../node_modules/@ibm-cloud/watsonx-ai/package.json');
  const sdk = `@ibm-cloud/watsonx-ai ${version}`;
  const record = lawsRecord({ subject: 'WatsonxBackend', sdk }, ...reports);
  await expect(`${JSON.stringify(record, null, 2)}\n`).toMatchFileSnapshot('laws.json');
});
