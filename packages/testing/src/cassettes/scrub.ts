import type { Backend } from '@melliflow/core';
import { describe, redact } from '@melliflow/core/implement';
import { writtenForms } from './written-forms.js';

/**
 * Takes out of a text what must not be stored. `name` is the member that holds it, which may give it away; a text
 * without one is itself a name, which the user's function does not change.
 */
export type Clean = (text: string, name?: string) => string;

/** Under such names of headers and arguments stands nothing but a credential, whatever it looks like. */
const secretName =
  /(authorization|cookie|password|passphrase|credentials?|secret|(session|refresh|bearer|id)[-_]?token)$/i;

/** Cleans by what the backend holds, by the shapes of known keys, then by the user's own function. */
export function cleaner(backend: Backend, scrub: ((text: string) => string) | undefined): Clean {
  const known = new Map<string, readonly string[]>();
  const formsOf = (secret: string): readonly string[] => {
    const forms = known.get(secret) ?? writtenForms(secret);
    known.set(secret, forms);
    return forms;
  };
  return (text, name) => {
    const secrets = backend._secrets().flatMap(formsOf);
    if (name === undefined) return redact(text, secrets);
    // Some credentials are known by the name under which they stand.
    if (text !== '' && secretName.test(name)) return '[redacted]';
    const before = `${name}: `;
    const named = redact(before + text, secrets);
    const clean = named.startsWith(before) ? named.slice(before.length) : redact(text, secrets);
    const own = scrub ? scrub(clean) : clean;
    if (typeof own === 'string') return own;
    throw new TypeError(`cassette: scrub must give a string; it gave ${describe(own)}.`);
  };
}

/**
 * Pieces of one text without what `clean` takes out of the whole: what must not be stored may be cut anywhere. There
 * are as many as before, and what is put instead stands in the piece in which the first change is.
 */
export function cleanPieces(pieces: readonly string[], clean: Clean): string[] {
  const whole = pieces.join('');
  const cleaned = clean(whole, 'text');
  if (cleaned === whole) return [...pieces];
  const shorter = Math.min(whole.length, cleaned.length);
  let head = 0;
  while (head < shorter && whole[head] === cleaned[head]) head++;
  let tail = 0;
  while (tail < shorter - head && whole.at(-1 - tail) === cleaned.at(-1 - tail)) tail++;
  const resumed = whole.length - tail;
  let instead = cleaned.slice(head, cleaned.length - tail);
  let start = 0;
  return pieces.map((piece, index) => {
    const end = start + piece.length;
    const before = whole.slice(start, Math.min(end, head));
    const after = whole.slice(Math.max(start, resumed), end);
    start = end;
    if (end <= head && index < pieces.length - 1) return before;
    const between = instead;
    instead = '';
    return before + between + after;
  });
}
