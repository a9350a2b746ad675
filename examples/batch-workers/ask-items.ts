import {
  type Backend,
  BatchGenerationError,
  ContentFilterError,
  ContextLengthError,
  MelliflowError,
  type ModelOutputThunk,
} from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import type { Item, Result } from './item.js';

/** What became of a lot: what is finished, and why the rest is not. */
export interface Answers {
  readonly results: readonly Result[];
  /** The code of an error that may not be the item's fault; null when all are finished. */
  readonly failure: string | null;
}

/** Asks a lot in one raw batch. An item that fails does not take the others with it. */
export async function askItems(backend: Backend, items: readonly Item[]): Promise<Answers> {
  const outcomes = await askAll(backend, items);
  const results: Result[] = [];
  let failure: string | null = null;
  for (const [i, { key }] of items.entries()) {
    const outcome = outcomes[i];
    if (outcome instanceof Error) {
      const error = MelliflowError.is(outcome) ? outcome.code : outcome.name;
      if (isItsOwnFault(outcome)) results.push({ key, error });
      else failure = error;
    } else if (outcome) {
      results.push({ key, text: outcome.value ?? '', finishReason: outcome.generation.finishReason });
    }
  }
  return { results, failure };
}

async function askAll(
  backend: Backend,
  items: readonly Item[],
): Promise<readonly (ModelOutputThunk | Error)[]> {
  const prompts = items.map(({ prompt }) => prompt);
  try {
    return await backend.generateFromRaw(prompts, new SimpleContext(), {
      modelOptions: { maxNewTokens: 64 },
    });
  } catch (error) {
    if (BatchGenerationError.is(error)) return error.results as readonly (ModelOutputThunk | Error)[];
    throw error;
  }
}

/** Asking again would end the same. Of a wrong key, a wrong option or a server that is down nothing is recorded. */
function isItsOwnFault(error: Error): boolean {
  return ContextLengthError.is(error) || ContentFilterError.is(error);
}
