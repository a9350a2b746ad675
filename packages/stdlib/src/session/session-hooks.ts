import type { Backend, HookPayloads } from '@melliflow/core';
import { captureHooks } from '@melliflow/core/implement';

/** Tells plugins of what a session does, and gives the payload as they leave it. Rejects with what they throw. */
export async function tell<T extends `session_${string}` & keyof HookPayloads>(
  session: { readonly id: string; readonly backend: Backend | null },
  type: T,
  payload: HookPayloads[T],
): Promise<HookPayloads[T]> {
  const { id: sessionId, backend } = session;
  const scope = captureHooks(backend ?? undefined);
  if (!scope?.has(type)) return payload;
  const { provider = null, modelId = null } = backend ?? {};
  return scope.dispatch(type, payload, { backend, provider, modelId, sessionId });
}
