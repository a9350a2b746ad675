import { UnsupportedFeatureError } from '@melliflow/core';
import { asyncStorage } from './async-storage.js';
import { NoSessionError } from './no-session-error.js';
import type { Session } from './session.js';

const storage = () => asyncStorage<Session>('session');

/**
 * The session whose `run` this code was called in, also after an `await`.
 *
 * @throws NoSessionError (`no_session`) outside of every `run`.
 *
 * @example
 * await session.run(async () => getSession().instruct('Tell a joke.'));
 */
export function getSession(): Session {
  const session = storage()?.getStore();
  if (session) return session;
  throw new NoSessionError(
    'No session runs here: call this inside of session.run(fn), or hand the session on.',
  );
}

/** @throws UnsupportedFeatureError (`unsupported_feature`) where the runtime has no AsyncLocalStorage. */
export function runWith<T>(session: Session, fn: () => T): T {
  const { provider, modelId: model } = session.backend;
  const sessions = storage();
  if (sessions) return sessions.run(session, fn);
  throw new UnsupportedFeatureError(
    'session.run(fn) needs AsyncLocalStorage, which this runtime does not have: hand the session on as an argument.',
    { provider, model },
  );
}
