import { readErrorText } from '@melliflow/provider-kit';

/** Statuses whose replies have no body, and none can be put into a `Response` with them. */
const withoutBody = new Set([101, 103, 204, 205, 304]);

/**
 * A `fetch` whose failed replies have their body under the key `error`: the SDK's version 6 throws away what stands
 * beside it, and servers such as vLLM put all they have to say there.
 */
export function keepErrorBodies(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const reply = await fetch(input, init);
    if (reply.ok || withoutBody.has(reply.status)) return reply;
    const { status, statusText, headers } = reply;
    const text = await readErrorText(reply.body, init?.signal ?? new AbortController().signal);
    return new Response(underError(text), { status, statusText, headers });
  };
}

function underError(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const body: unknown = Array.isArray(value) ? value[0] : value;
    const isBare = typeof body === 'object' && body !== null && !('error' in body);
    return JSON.stringify(isBare ? { error: body } : body);
  } catch {
    return text; // Not JSON: the SDK keeps it as it is.
  }
}
