import type { Backend } from '@melliflow/core';
import { type Pluggables, type PluginScope, pluginScopeFor } from '@melliflow/plugins';
import { SessionEndedError } from './session-ended-error.js';

/** What a session and its clones have together, given back with the last of them. */
interface Household {
  guests: number;
  free: () => Promise<void>;
}

/** Where a session lives: among its plugins, and perhaps with clones that use the same backend. */
export class SessionHome {
  readonly sessionId: string;
  readonly plugins: Pluggables;
  /** @internal */
  readonly _scope: PluginScope;
  /** @internal */
  readonly _household: Household;
  /** @internal */
  _left = false;

  /** @throws TypeError for what is no plugin; PluginUseError when another plugin manager holds the process. */
  constructor(
    sessionId: string,
    plugins: Pluggables = [],
    household: Household = { guests: 1, free: async () => undefined },
  ) {
    this.sessionId = sessionId;
    this.plugins = plugins;
    this._scope = pluginScopeFor(plugins, { sessionId });
    this._household = household;
  }

  /** Makes the backend the session's own: it is freed with the last session that lives here. */
  own(backend: Backend & Partial<AsyncDisposable>): void {
    this._household.free = async () => backend[Symbol.asyncDispose]?.();
  }

  /** The backend as its calls are made: bound to the plugins where a scope cannot follow calls. */
  bound(backend: Backend): Backend {
    const hasPlugins = !Array.isArray(this.plugins) || this.plugins.length > 0;
    return hasPlugins && !this._scope.followsCalls ? this._scope.backend(backend) : backend;
  }

  /**
   * Where every call of the session runs: what begins in `fn` is told to its plugins, with its id.
   *
   * @throws SessionEndedError (`session_ended`) when it has ended.
   */
  runInScope<T>(fn: () => T): T {
    this._mustStand();
    return this._scope.enter(fn);
  }

  /** The home of a clone: the same plugins, told of it by its own id. */
  join(sessionId: string): SessionHome {
    this._mustStand();
    const home = new SessionHome(sessionId, this.plugins, this._household);
    this._household.guests += 1;
    return home;
  }

  /** The session has ended; with the last one everything is given back. */
  async leave(): Promise<void> {
    this._left = true;
    this._scope.dispose();
    this._household.guests -= 1;
    if (this._household.guests === 0) await this._household.free();
  }

  /** @internal */
  _mustStand(): void {
    if (this._left)
      throw new SessionEndedError('The session was cleaned up: start a new one with startSession().');
  }
}

/** Calls `fn` where the calls of `session` run; what is no session of ours has no such place. */
export function runInScopeOf<T>(session: object | undefined, fn: () => T): T {
  const { _home: home } = (session ?? {}) as { _home?: SessionHome };
  return home ? home.runInScope(fn) : fn();
}
