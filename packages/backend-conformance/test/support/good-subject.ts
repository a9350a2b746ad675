import type { BackendCapabilities } from '@melliflow/core';
import type { Subject } from '../../src/index.js';
import { GoodBackend } from './good-backend.js';
import { Provider } from './provider.js';

/** The good backend as a subject; `change` breaks it. */
export function goodSubject(
  claims: Partial<BackendCapabilities> = {},
  change: (backend: GoodBackend, provider: Provider) => void = () => undefined,
): Subject {
  return {
    name: 'the good backend',
    backend({ replies, settings }) {
      const provider = new Provider(replies);
      const backend = new GoodBackend(provider, settings, claims);
      change(backend, provider);
      return { backend, requests: () => provider.requests, close: async () => undefined };
    },
  };
}
