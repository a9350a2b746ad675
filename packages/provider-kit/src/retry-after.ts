/** What a reply's headers are read through; `Headers` and `Map` have it. */
export interface ReadableHeaders {
  get(name: string): string | null | undefined;
}

/**
 * How long a reply asks to wait: `retry-after-ms`, else `retry-after` in seconds or as a date.
 * Undefined where it says nothing that can be understood.
 */
export function retryAfterMs(headers: ReadableHeaders | undefined): number | undefined {
  const ms = number(headers?.get('retry-after-ms'));
  if (ms !== undefined) return ms;
  const text = headers?.get('retry-after');
  const seconds = number(text);
  if (seconds !== undefined) return seconds * 1000;
  // Date.parse makes a date of nearly anything.
  const date = /\d{4}/.test(text ?? '') ? Date.parse(text as string) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** A number from 0 up; nothing else that `Number` would make one of. */
function number(text: string | null | undefined): number | undefined {
  return text && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
