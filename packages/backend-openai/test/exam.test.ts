import { examine, subjectOverWire } from '@melliflow/backend-conformance';
import { openaiWire } from '@melliflow/backend-conformance/servers';
import { describe, it } from 'vitest';
import { sdks } from './sdk.js';

for (const sdk of sdks) {
  examine(
    subjectOverWire({
      name: `OpenAIBackend over ${sdk.name}`,
      wire: openaiWire(),
      backend: (server, settings) => sdk.backend(server, settings),
    }),
    { describe, it },
  );
}
