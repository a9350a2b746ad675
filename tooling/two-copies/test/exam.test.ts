import { examine, subjectOverWire } from '@melliflow/backend-conformance';
import { openaiWire } from '@melliflow/backend-conformance/servers';
import type { OpenAIBackend, OpenAISettings } from '@melliflow/backend-openai';
import { describe, it } from 'vitest';
import { second } from './copies.js';

const { createBackend } = await second.import<{ createBackend(settings: OpenAISettings): OpenAIBackend }>(
  '@melliflow/backend-openai',
);

examine(
  subjectOverWire({
    name: 'OpenAIBackend of the second copy',
    wire: openaiWire(),
    backend: ({ baseURL }, settings) => createBackend({ modelId: 'm', baseURL, ...settings }),
  }),
  { describe, it },
);
