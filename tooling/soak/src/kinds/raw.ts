import { BatchGenerationError, isModelOutputThunk } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { mustHold } from '../broken-rule.js';
import { asItIs, type Operation, type Outcome, type Wrap } from '../operation.js';

/** A batch of prompts without a chat. */
export async function raw(operation: Operation, wrap: Wrap = asItIs): Promise<Outcome> {
  const { chance, ownSignal: signal } = operation;
  const count = 1 + chance.below(chance.happens(0.2) ? 30 : 4);
  const questions = Array.from({ length: count }, () => operation.ask());
  const backend = wrap(operation.backend);
  const prompts = questions.map(({ prompt }) => prompt);
  const left = operation.leave(() => operation.abort());
  try {
    const thunks = await backend.generateFromRaw(prompts, new SimpleContext(), { signal });
    for (const [i, question] of questions.entries())
      operation.outcomeOf(thunks[i]?.value ?? '(none)', question, true);
    return 'whole';
  } catch (error) {
    if (!BatchGenerationError.is(error)) return operation.failed(error);
    mustHold(error.results.length === count, 'batch', () => `${error.results.length} results of ${count}`);
    for (const [i, result] of error.results.entries()) {
      const question = questions[i];
      if (!question) continue;
      if (isModelOutputThunk(result)) operation.outcomeOf(result.value ?? '(none)', question, true);
      else operation.failed(result);
    }
    return operation.failed(error);
  } finally {
    await left;
  }
}
