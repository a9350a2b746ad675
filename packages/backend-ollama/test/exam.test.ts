import { examine, subjectOverWire } from '@melliflow/backend-conformance';
import { ollamaWire } from '@melliflow/backend-conformance/servers';
import { describe, it } from 'vitest';
import { sdks } from './sdk.js';

for (const sdk of sdks) {
  examine(
    subjectOverWire({
      name: `OllamaBackend over ${sdk.name}`,
      wire: ollamaWire(),
      backend: (server, settings) => sdk.backend(server, settings),
      gaps: {
        'errors.empty-choices':
          'Every request is a stream, so there is no whole reply; an empty line of a stream harms nothing.',
      },
    }),
    { describe, it },
  );
}
