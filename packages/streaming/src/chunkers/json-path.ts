import { describe } from '@melliflow/core/implement';

/** One step: a key or an index; `null` is any. */
export type PathStep = string | null;

/**
 * The steps of a JSON pointer (RFC 6901) in which a step `*` stands for any; `~0` is `~`, `~1` is `/`.
 *
 * @throws TypeError when it is no pointer.
 */
export function parsePath(path: string): readonly PathStep[] {
  if (typeof path !== 'string' || !/^(?:\/|$)/.test(path))
    throw new TypeError(`path must be empty or a JSON pointer such as '/items/*', got ${describe(path)}.`);
  const steps = path.split('/').slice(1);
  return steps.map((step) => (step === '*' ? null : step.replaceAll('~1', '/').replaceAll('~0', '~')));
}
