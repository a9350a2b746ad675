import { ModelOutputThunk, type PartialValidationResult, type Requirement } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { ScriptedBackend } from '@melliflow/testing';

/** Answers nothing of use: guardrails without a model never ask. */
export const backend = new ScriptedBackend([{ deltas: ['no'] }]);

const io = { backend, ctx: new SimpleContext(), signal: new AbortController().signal };

/** How a stream of chunks went: where it failed, or the last verdict. */
export interface Course {
  /** The chunk that failed; -1: none. */
  readonly failedAt: number;
  readonly reason: string | null;
  readonly last: PartialValidationResult['success'] | null;
}

/** Gives the chunks to a clone, until one fails. */
export async function stream(requirement: Requirement, chunks: readonly string[]): Promise<Course> {
  const clone = requirement.clone();
  let last: PartialValidationResult['success'] | null = null;
  for (const [index, chunk] of chunks.entries()) {
    const verdict = await clone.streamValidate(chunk, io);
    last = verdict.success;
    if (last === 'fail') return { failedAt: index, reason: verdict.reason, last };
  }
  return { failedAt: -1, reason: null, last };
}

/** The verdict on a whole text: null, or the reason. */
export async function whole(requirement: Requirement, text: string): Promise<string | null> {
  const ctx = new SimpleContext().add(ModelOutputThunk.computed(text));
  const verdict = await requirement.validate(backend, ctx);
  return verdict.asBool() ? null : (verdict.reason ?? 'no reason');
}

/** The UTF-16 unit by which a text fails, counted from 1; 0: it does not fail before its end. */
export async function failingUnit(requirement: Requirement, text: string): Promise<number> {
  return (await stream(requirement, text.split(''))).failedAt + 1;
}

/** `text` cut at `places`, taken modulo its length. */
export function cut(text: string, places: readonly number[]): string[] {
  const at = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => text.slice(from, at[i] ?? text.length));
}
