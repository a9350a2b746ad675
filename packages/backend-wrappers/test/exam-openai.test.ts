import { examine } from '@melliflow/backend-conformance';
import { describe, it } from 'vitest';
import { alone, openaiSubject, wrapped } from './support/subjects.js';

for (const { name, wrap, gaps } of alone) examine(wrapped(openaiSubject, name, wrap, gaps), { describe, it });
