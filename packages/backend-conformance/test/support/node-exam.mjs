// The exam under node:test, as `node --test` runs it. MELLIFLOW_CONTRACT breaks the backend.
import { describe, it } from 'node:test';
import { examine } from '@melliflow/backend-conformance';
import { ScriptedBackend } from '@melliflow/testing';

const subject = {
  name: 'scripted',
  backend({ replies }) {
    const backend = new ScriptedBackend(replies);
    if (process.env.MELLIFLOW_CONTRACT) Object.defineProperty(backend, 'contract', { value: 2 });
    return { backend, requests: () => backend.calls, close: async () => undefined };
  },
};

examine(subject, { describe, it }, { chapters: ['construct'] });
