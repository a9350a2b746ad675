/** Shapes that the keys of known providers have, and the usual ways to write a credential. */
const secretShapes: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{4,}/gi, '$1 [redacted]'],
  [/\b([spr]k|hf|gsk|gh[op]|xai)[-_][\w-]{6,}/g, '[redacted]'],
  [/\bA(KIA|Iza)[\w-]{12,}/g, '[redacted]'],
  [/((?:api|access|auth|secret)[-_ ]?(?:key|token)["']?\s*[:=]\s*["']?)[^\s"',;&}]{4,}/gi, '$1[redacted]'],
  [/(\/\/[^/\s:@]+:)[^/\s@]+@/g, '$1[redacted]@'],
];

/**
 * Takes what looks like a credential out of a text (contract 4.7).
 *
 * @param known Secrets that the caller holds, taken out wherever they stand.
 */
export function redact(text: string, known: readonly string[] = []): string {
  let clean = text;
  const longestFirst = [...known].sort((a, b) => b.length - a.length);
  for (const secret of longestFirst) if (secret !== '') clean = clean.replaceAll(secret, '[redacted]');
  for (const [shape, instead] of secretShapes) clean = clean.replace(shape, instead);
  return clean;
}
