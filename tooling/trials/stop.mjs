/** Aborted when the trials are stopped from outside: what they started ends, and their folder is removed as ever. */
export const stop = new AbortController();
