import { type Subject, subjectOverWire } from '@melliflow/backend-conformance';
import { AcmeBackend } from '../src/index.js';
import { wire } from './acme-wire.js';

/** The backend as the exam sees it. A law that it breaks for a reason goes into `gaps`, with the reason. */
export const subject: Subject = subjectOverWire({
  name: 'AcmeBackend',
  wire,
  backend: ({ baseURL }, settings) => new AcmeBackend({ modelId: 'acme-1', baseURL, ...settings }),
  gaps: {},
});
