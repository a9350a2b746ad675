import type { Requirement, ValidationResult } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { type StreamChunkingResult, streamWithChunking } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';
import fc from 'fast-check';

export const chunkings = ['sentence', 'word', 'paragraph'] as const;

/** The finished stream of a model that says `deltas`. */
export async function streamOf(
  deltas: readonly string[],
  requirement: Requirement,
  chunking: (typeof chunkings)[number],
): Promise<StreamChunkingResult> {
  const result = await streamWithChunking('Go.', new ScriptedBackend([{ deltas }]), new SimpleContext(), {
    requirements: [requirement],
    chunking,
  });
  await result.acomplete();
  return result;
}

/** Texts out of `units`, cut anywhere, also inside a word or a surrogate pair. */
export function cutTexts(units: readonly string[]): fc.Arbitrary<{ text: string; deltas: string[] }> {
  const text = fc.array(fc.constantFrom(...units), { maxLength: 24 }).map((parts) => parts.join(''));
  return fc.tuple(text, fc.array(fc.nat(1000), { maxLength: 12 })).map(([whole, places]) => {
    const cuts = places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b);
    return { text: whole, deltas: [0, ...cuts].map((from, i) => whole.slice(from, cuts[i] ?? whole.length)) };
  });
}

/** The verdict on a text that is there as a whole. Asking the model about it would give another one. */
export async function verdictOn(text: string, requirement: Requirement): Promise<ValidationResult> {
  const backend = new ScriptedBackend([{ deltas: [text] }, { error: new Error('asked') }]);
  const [thunk, ctx] = await backend.generateFromContext('Go.', new SimpleContext());
  await thunk.avalue();
  return requirement.validate(backend, ctx);
}
