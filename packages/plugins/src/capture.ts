import type { Backend, HookScope, HookType } from '@melliflow/core';
import type { Listener } from './ask.js';
import { bindingOf } from './bound-backend.js';
import { dispatch } from './dispatch.js';
import { type HookChain, sessionIdOf } from './hook-chain.js';
import { operationScope } from './operation.js';
import { currentChain, type ProcessState } from './process-state.js';
import { inOrder } from './registration.js';

/** Who listens to the operation that begins now; null, after one check, when nobody can. */
export function captureFrom(state: ProcessState, backend: Backend | undefined): HookScope | null {
  if (state.listening === 0) return null;
  const here = currentChain(state);
  const chain = bindingOf(backend)?.(here) ?? here;
  const ended = chain.scopes.reduce((count, scope) => (scope.ended ? count + 1 : count), 0);
  if (chain.found?.version !== state.version || chain.found.ended !== ended) {
    chain.found = { version: state.version, ended, scope: scopeOf(state, chain) };
  }
  const { scope } = chain.found;
  return scope && operationScope(state, scope);
}

function scopeOf(state: ProcessState, chain: HookChain): HookScope | null {
  const open = chain.scopes.filter((scope) => !scope.ended);
  const registrations = inOrder(
    [...state.registered.values(), ...open.map((scope) => scope.registrations)].flat(),
  ).filter(({ owner }) => !chain.muted.includes(owner));
  if (registrations.length === 0) return null;
  const byType = new Map<HookType, Listener[]>();
  for (const registration of registrations) {
    const { type } = registration.hook;
    byType.set(type, [...(byType.get(type) ?? []), { registration, chain, inside: null }]);
  }
  const sessionId = sessionIdOf(chain);
  return {
    has: (type) => byType.has(type),
    dispatch: async (type, payload, context) =>
      dispatch(byType.get(type) ?? [], type, payload, {
        ...context,
        sessionId: context.sessionId ?? sessionId,
      }),
  };
}
