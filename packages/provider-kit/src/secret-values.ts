/** What is shorter is no key but a word (`none`, `EMPTY`), which messages may contain. */
const SHORTEST = 8;

/** Those of the values that errors must not show. */
export function secretValues(values: Iterable<unknown>): string[] {
  return [...values].filter(
    (value): value is string => typeof value === 'string' && value.length >= SHORTEST,
  );
}

/** The values of headers in any of their shapes, each also without its scheme (`Bearer …`). */
export function headerValues(headers: unknown): string[] {
  if (typeof headers !== 'object' || headers === null) return [];
  const values =
    Symbol.iterator in headers
      ? [...(headers as Iterable<readonly unknown[]>)].map((pair) => pair[1])
      : Object.values(headers);
  return values
    .flat()
    .map(String)
    .flatMap((value) => [value.replace(/^(bearer|basic|token|key|api-?key) /i, ''), value]);
}
