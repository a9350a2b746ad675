import type { Backend, Context, ModelOptions } from '@melliflow/core';
import type { Pluggables } from '@melliflow/plugins';
import type { SessionHome } from './session-home.js';

/** What a session is made of. */
export interface SessionInit {
  backend: Backend;
  /** The past to begin with. Default: an empty `SimpleContext`, which shows a model nothing of the past. */
  ctx?: Context | undefined;
  /** Options of every call, over the backend's; a call's own win. */
  modelOptions?: ModelOptions | undefined;
  /** Told of what this session and its clones do, and of nothing else, until they end. */
  plugins?: Pluggables | undefined;
  /** @internal Where it lives, when that is known before it is made. */
  _home?: SessionHome | undefined;
}
