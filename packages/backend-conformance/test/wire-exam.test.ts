import { describe, it } from 'vitest';
import { examine, subjectOverWire } from '../src/index.js';
import { openaiWire } from '../src/servers/index.js';
import { GoodBackend } from './support/good-backend.js';
import { WireProvider } from './support/wire-provider.js';

/** The good backend with a provider at the other end of a real wire: no law asks for what a wire cannot give. */
for (const rawBatch of [true, false]) {
  const subject = subjectOverWire({
    name: rawBatch ? 'over the wire' : 'over the wire, one by one',
    wire: openaiWire(),
    backend: ({ baseURL }, settings) => new GoodBackend(new WireProvider(baseURL), settings, { rawBatch }),
  });
  examine(subject, { describe, it }, rawBatch ? {} : { chapters: ['raw', 'hooks'] });
}
