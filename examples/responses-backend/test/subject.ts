import { type Subject, subjectOverWire } from '@melliflow/backend-conformance';
import { ResponsesBackend } from '../src/index.js';
import { wire } from './responses-wire.js';

/** The backend as the exam sees it. A law that it breaks for a reason goes into `gaps`, with the reason. */
export const subject: Subject = subjectOverWire({
  name: 'ResponsesBackend',
  wire,
  backend: ({ baseURL }, settings) => new ResponsesBackend({ modelId: 'responses-1', baseURL, ...settings }),
  gaps: {},
});
