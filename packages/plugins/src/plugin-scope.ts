/// <reference lib="esnext.disposable" preserve="true" />
import type { Backend } from '@melliflow/core';
import { boundBackend } from './bound-backend.js';
import { type OpenScope, within } from './hook-chain.js';
import { beginListening, endListening } from './install.js';
import { isThenable } from './is-thenable.js';
import { PluginUseError } from './plugin-use-error.js';
import { currentChain, processState, runIn } from './process-state.js';
import { type Pluggables, registrationsOf } from './registration.js';

/** What a scope knows beside its plugins. */
export interface PluginScopeInit {
  /** Shown to all plugins as `context.sessionId` for what happens in the scope. */
  sessionId?: string | undefined;
}

/** Plugins for a part of a program. Scopes nest: inner ones are told together with outer and registered ones. */
export class PluginScope {
  /** @internal */
  readonly _scope: OpenScope;

  /** @internal */
  constructor(scope: OpenScope) {
    this._scope = scope;
  }

  /** Whether `run` works here: the runtime has an AsyncLocalStorage. Elsewhere bind backends. */
  get followsCalls(): boolean {
    return processState().storage !== null;
  }

  /**
   * Runs `fn`; all that begins in its async call chain, and nothing else, is told to the plugins.
   *
   * @throws PluginUseError (`plugin_use`) when the scope has ended, where there is no AsyncLocalStorage, or when `fn`
   * gives a generator: that would run in the call chain of whoever iterates it.
   */
  run<R>(fn: () => R): R {
    if (this.followsCalls) return this.enter(fn);
    throw new PluginUseError(
      'This runtime has no AsyncLocalStorage, so a scope cannot follow a call chain: use scope.backend(b) instead.',
    );
  }

  /**
   * As `run`; but where there is no AsyncLocalStorage, what `fn` begins before its first await is told. For libraries
   * that give their calls a bound backend too.
   *
   * @throws PluginUseError (`plugin_use`) when the scope has ended, or `fn` gives a generator.
   */
  enter<R>(fn: () => R): R {
    const state = processState();
    this._mustLast();
    if (state.listening === 0) return mustRunHere(fn());
    return mustRunHere(runIn(state, within(currentChain(state), this._scope), fn));
  }

  /**
   * The same backend, whose calls are told to the plugins wherever they are made. Bind the outermost one: a wrapping
   * backend calls its inner one below the hooks.
   *
   * @throws PluginUseError (`plugin_use`) when the scope has ended; so does a call of what it gave.
   */
  backend<B extends Backend>(backend: B): B {
    this._mustLast();
    return boundBackend(backend, (here) => {
      this._mustLast();
      return within(here, this._scope);
    });
  }

  /** Ends the scope; what runs already is told to its end. */
  dispose(): void {
    if (this._scope.ended) return;
    this._scope.ended = true;
    endListening(processState(), this._scope.registrations.length > 0 ? 1 : 0);
  }

  /** As `dispose`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal */
  _mustLast(): void {
    if (this._scope.ended)
      throw new PluginUseError('The plugin scope has ended: its plugins are told of nothing more.');
  }
}

/** A generator runs where it is iterated: nothing of it would be told, and nobody would know. */
function mustRunHere<R>(result: R): R {
  const kind: unknown = (result as { [Symbol.toStringTag]?: unknown } | null | undefined)?.[
    Symbol.toStringTag
  ];
  if (kind !== 'AsyncGenerator' && kind !== 'Generator') return result;
  throw new PluginUseError(
    'fn gave a generator, which runs in the call chain of whoever iterates it: iterate it inside of fn, or use scope.backend(b).',
  );
}

/**
 * A scope for one who holds it, such as a session: `run` or `enter` for a call chain, `backend` for a backend.
 *
 * @throws TypeError for what is neither a hook nor a plugin nor a set.
 * @throws PluginUseError (`plugin_use`) when another plugin manager holds the process.
 */
export function pluginScopeFor(plugins: Pluggables, { sessionId }: PluginScopeInit = {}): PluginScope {
  const state = processState();
  const registrations = registrationsOf(plugins, () => ++state.lastSequence);
  beginListening(state, registrations.length > 0 ? 1 : 0);
  return new PluginScope({ registrations, sessionId: sessionId ?? null, ended: false });
}

/**
 * Runs `fn` with these plugins, and ends the scope when it is done, also by an error. All that begins in its async call
 * chain is told to them; what runs beside it is not. Without `fn`, a scope for `using` and `scope.backend(b)`.
 *
 * @throws TypeError for what is neither a hook nor a plugin nor a set.
 * @throws PluginUseError (`plugin_use`) where there is no AsyncLocalStorage, when `fn` gives a generator, or when another
 * plugin manager holds the process.
 *
 * @example
 * const answer = await pluginScope([tokenBudget({ maxTokens: 10_000 })], () => handle(request));
 */
export function pluginScope(plugins: Pluggables): PluginScope;
export function pluginScope<R>(plugins: Pluggables, fn: (scope: PluginScope) => R): R;
export function pluginScope<R>(plugins: Pluggables, fn?: (scope: PluginScope) => R): PluginScope | R {
  const scope = pluginScopeFor(plugins);
  if (fn === undefined) return scope;
  let isLater = false;
  try {
    const result: unknown = scope.run(() => fn(scope));
    if (!isThenable(result)) return result as R;
    isLater = true;
    return Promise.resolve(result).finally(() => scope.dispose()) as R;
  } finally {
    if (!isLater) scope.dispose();
  }
}
