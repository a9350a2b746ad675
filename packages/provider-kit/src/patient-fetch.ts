/** Where the `fetch` of Node keeps the connections that it uses. */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

interface Dispatcher {
  dispatch(options: object, handler: object): boolean;
}

/**
 * The platform's `fetch`. That of Node ends a request whose reply does not begin, or pauses, for 300 s; here it does
 * not, and the timeouts of the call decide alone. Its connections, proxies and certificates stay as they are set.
 * Other platforms have limits of their own, which cannot be lifted: Deno and Bun none by default, browsers as they
 * like.
 */
export const patientFetch: typeof globalThis.fetch = (input, init) => {
  const { fetch } = globalThis;
  const dispatcher = patientDispatcher();
  return fetch(input, dispatcher === null ? init : ({ ...init, dispatcher } as RequestInit));
};

function patientDispatcher(): Dispatcher | null {
  const holder = globalThis as { Response: unknown; [DISPATCHER]?: Dispatcher };
  // Node loads its client, and makes the dispatcher, when one of its names is looked at.
  const platform = holder.Response === undefined ? undefined : holder[DISPATCHER];
  if (typeof platform?.dispatch !== 'function') return null;
  return {
    dispatch: (options, handler) =>
      platform.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler),
  };
}
