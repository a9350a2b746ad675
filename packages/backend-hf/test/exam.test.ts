import { createRequire } from 'node:module';
import { examine, lawsRecord, subjectOverWire } from '@melliflow/backend-conformance';
import { hfWire } from '@melliflow/backend-conformance/servers';
import { describe, expect, it } from 'vitest';
import { ownSdk, routerSdk, type Sdk, sdks } from './sdk.js';

const subject = ({ name, backend }: Sdk, wire = hfWire()): ReturnType<typeof subjectOverWire> =>
  subjectOverWire({
    name: `HfBackend over ${name}`,
    wire,
    backend: (server, settings) => backend(server, settings),
  });

const reports = sdks.map((sdk) => examine(subject(sdk), { describe, it }));

examine(
  subject({
    name: 'the router',
    // It takes keys of its own alone.
    backend: (server, settings) =>
      routerSdk.backend(server, { ...settings, apiKey: `hf_${settings?.apiKey}` }),
  }),
  { describe, it },
);

examine(
  subject(
    {
      name: 'an endpoint that answers raw prompts one by one in the form of TGI',
      backend: (server, settings) => ownSdk.backend(server, { ...settings, rawBatch: false }),
    },
    hfWire({ tgi: true }),
  ),
  { describe, it },
  { chapters: ['raw', 'secrets'] },
);

it('came out as laws.json says; `npm run laws` writes it', async () => {
  const { version } = createRequire(import.meta.url)('../node_modules/@huggingface/inference/package.json');
  const record = lawsRecord({ subject: 'HfBackend', sdk: `@huggingface/inference ${version}` }, ...reports);
  await expect(`${JSON.stringify(record, null, 2)}\n`).toMatchFileSnapshot('laws.json');
});
