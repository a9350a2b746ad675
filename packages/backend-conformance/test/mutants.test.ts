import { describe, expect, it } from 'vitest';
import { runLaw } from '../src/exam/run-exam.js';
import { laws } from '../src/index.js';
import { programMutants } from './mutants/program-mutants.js';
import { providerMutants } from './mutants/provider-mutants.js';
import { thunkMutants } from './mutants/thunk-mutants.js';
import { goodSubject } from './support/good-subject.js';

const mutants = { ...thunkMutants, ...programMutants, ...providerMutants };
/** Enough for a law that waits for what never happens; a good backend needs a tenth of it. */
const limitMs = 700;

describe('every law is broken by a backend with one fault', () => {
  it('has a mutant for every law, and for nothing else', () => {
    expect(Object.keys(mutants).toSorted()).toEqual(laws.map(({ id }) => id).toSorted());
  });

  it.each(laws)('$id', async (law) => {
    const mutant = mutants[law.id];
    if (mutant === undefined) return expect.unreachable(`${law.id} has no mutant`);
    const { claims, breaks } = typeof mutant === 'function' ? { claims: {}, breaks: mutant } : mutant;
    const { outcome, id, why } = await runLaw(goodSubject(claims, breaks), law, { limitMs });
    expect({ id, outcome }, why).toEqual({ id: law.id, outcome: 'broken' });
  });
});
