/**
 * Makes the members whose names begin with `_` invisible to whatever prints or serialises a backend: the settings
 * among them hold its key, and a log of a hook's context holds the backend.
 */
export function hideInternals(backend: object): void {
  for (const name of Object.keys(backend)) {
    if (name.startsWith('_')) Object.defineProperty(backend, name, { enumerable: false });
  }
}
