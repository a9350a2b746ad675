import { examine } from '@melliflow/backend-conformance';
import { describe, it } from 'vitest';
import { redact } from '../src/index.js';
import { openaiSubject, stacked, wrapped } from './support/subjects.js';

for (const { name, wrap, gaps } of stacked)
  examine(wrapped(openaiSubject, name, wrap, gaps), { describe, it });

examine(
  wrapped(openaiSubject, 'redact that changes every text', (backend) =>
    redact(backend, { redactor: (text) => `${text} (checked)` }),
  ),
  { describe, it },
  { chapters: ['context', 'walk', 'tools', 'images', 'format', 'options', 'metadata'] },
);
