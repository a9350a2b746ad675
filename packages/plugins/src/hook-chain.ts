import type { HookScope } from '@melliflow/core';
import type { Registration } from './registration.js';

/** A scope's plugins, as long as it lasts. */
export interface OpenScope {
  readonly registrations: readonly Registration[];
  readonly sessionId: string | null;
  ended: boolean;
}

/** Where a call stands: which scopes are around it, and which plugins it comes from. */
export interface HookChain {
  /** Outermost first. */
  readonly scopes: readonly OpenScope[];
  /** Plugins that this call chain was begun by: they are not told of it. */
  readonly muted: readonly object[];
  /** Who listens here; found once, as long as nothing was registered and no scope ended. */
  found?: { readonly version: number; readonly ended: number; readonly scope: HookScope | null };
  /** The chains inside further scopes, so that what is found is found once for each. */
  inner?: WeakMap<OpenScope, HookChain>;
}

/** Outside of all scopes. */
export const outermost: HookChain = { scopes: [], muted: [] };

/** The chain inside a further scope; one that is there already counts once. */
export function within(chain: HookChain, scope: OpenScope): HookChain {
  if (chain.scopes.includes(scope)) return chain;
  chain.inner ??= new WeakMap();
  const inner = chain.inner.get(scope) ?? { scopes: [...chain.scopes, scope], muted: chain.muted };
  chain.inner.set(scope, inner);
  return inner;
}

/** The chain of what a plugin does in its hook. */
export function muting(chain: HookChain, owner: object): HookChain {
  return { scopes: chain.scopes, muted: [...chain.muted, owner] };
}

/** The innermost session around a call. */
export function sessionIdOf({ scopes }: HookChain): string | null {
  return scopes.findLast(({ sessionId }) => sessionId !== null)?.sessionId ?? null;
}
