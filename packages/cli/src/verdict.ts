import type { Requirement } from '@melliflow/core';
import type { StreamChunkingResult } from '@melliflow/streaming';

/** How a run ended. */
export type Verdict =
  | { readonly kind: 'passed' }
  /** Complete, and nothing was required of it. */
  | { readonly kind: 'unchecked' }
  /** Each failure is said in words that show nothing of what was cut. */
  | { readonly kind: 'failed'; readonly failures: readonly string[] }
  /** By the user, or because nobody reads on. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'broken'; readonly error: unknown };

/** The verdict on a stream that has ended. A requirement that failed counts before a Ctrl-C that came too late. */
export async function verdictOf(
  result: StreamChunkingResult,
  requirements: readonly Requirement[],
): Promise<Verdict> {
  try {
    await result.acomplete();
  } catch (error) {
    return { kind: 'broken', error };
  }
  const failures = [
    ...result.streamingFailures.map(([requirement, { reason }]) => failureOf(requirement, reason)),
    ...result.finalValidations.flatMap((verdict, i) =>
      verdict.asBool() ? [] : [failureOf(requirements[i], verdict.reason)],
    ),
  ];
  if (failures.length > 0) return { kind: 'failed', failures };
  if (!result.completed) return { kind: 'stopped' };
  return { kind: requirements.length > 0 ? 'passed' : 'unchecked' };
}

/** The reason says it all; the description stands in where there is none. */
function failureOf(requirement: Requirement | undefined, reason: string | null): string {
  return reason ?? requirement?.description ?? 'A requirement was not met.';
}
