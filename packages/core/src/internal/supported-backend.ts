import type { Backend } from '../backend/backend.js';
import { UnsupportedFeatureError } from '../errors/backend-error.js';
import { coreVersion } from './core-version.js';

/** Makes a backend of another contract work like one of this contract, or of one nearer to it, which has a lift too. */
export type Lift = (backend: Backend) => Backend;

/** The lifts of this core, by the number that they lift from. Contract 1 is the first, so there are none yet. */
const known: ReadonlyMap<unknown, Lift> = new Map();

/**
 * The backend as this core can run it: itself, or lifted from the contract that it is written for. Whoever is
 * handed a backend calls this before anything else of it.
 *
 * @param lifts Default: those of this core.
 * @throws UnsupportedFeatureError (`unsupported_feature`) that names the backend, both contracts, both versions of
 * core and what to upgrade.
 */
export function supportedBackend(backend: Backend, lifts: ReadonlyMap<unknown, Lift> = known): Backend {
  const { contract, provider, modelId: model, coreVersion: made = '?' }: Facts = backend;
  if (contract === 1) return backend;
  const lifted = lifts.get(contract)?.(backend);
  if (lifted) return supportedBackend(lifted, lifts);
  throw new UnsupportedFeatureError(
    `${provider}: the backend has contract ${contract} (on @melliflow/core ${made}), @melliflow/core ${coreVersion} ` +
      `has 1. Upgrade ${(contract as number) > 1 ? '@melliflow/core' : 'the backend'}.`,
    { provider, model },
  );
}

/** What a backend of any contract tells of itself. */
interface Facts {
  readonly contract: unknown;
  readonly provider: string;
  readonly modelId: string;
  /** Unknown where an object that extends no class of ours stands for a backend. */
  readonly coreVersion?: string | undefined;
}
