import { Requirement } from '@melliflow/core';
import {
  MultiTurnStrategy,
  RejectionSamplingStrategy,
  RepairTemplateStrategy,
  startSession,
} from '@melliflow/stdlib';
import { asItIs, type Operation, type Outcome, type Wrap } from '../operation.js';
import { REFUSED, someText, withRefused } from '../texts.js';

const strategies = [RejectionSamplingStrategy, RepairTemplateStrategy, MultiTurnStrategy];

/** An instruction whose first answers are refused, and that is asked again in one of the ways that there are. */
export async function repaired(operation: Operation, wrap: Wrap = asItIs): Promise<Outcome> {
  const { chance, signal } = operation;
  const refused = Array.from({ length: chance.below(3) }, () => ({
    deltas: [withRefused(someText(chance, 3), chance)],
  }));
  const question = operation.ask({ before: refused });
  const requirement = new Requirement(`does not say ${REFUSED}`, {
    validationFn: (ctx) => ctx.lastOutput()?.value?.includes(REFUSED) === false,
  });
  const strategy = new (chance.pick(strategies))({ loopBudget: 3 });
  const m = await startSession({ backend: wrap(operation.backend), contextType: 'chat' });
  const left = operation.leave(() => m.cleanup());
  try {
    const { value } = await m.instruct(question.prompt, { requirements: [requirement], strategy, signal });
    return operation.outcomeOf(value, question, true);
  } catch (error) {
    return operation.failed(error);
  } finally {
    await m.cleanup();
    await left;
  }
}
