import { chapters } from './law.js';
import type { LawResult, Report } from './report.js';
import { type ExamOptions, lawsFor, runLaw } from './run-exam.js';
import type { Subject } from './subject.js';

/** What a test runner has; that of vitest, of `node:test`, of jest and of mocha fit. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/**
 * The exam as tests of any runner: a group per chapter, a test per law. Known gaps pass while they fail. The report
 * that comes back fills while the tests run.
 *
 * @example
 * import { describe, it } from 'vitest'; // or from 'node:test'
 * examine(subject, { describe, it });
 *
 * @throws TypeError when a gap names a law that is none.
 */
export function examine(subject: Subject, { describe, it }: TestRunner, options: ExamOptions = {}): Report {
  const results: LawResult[] = [];
  const asked = lawsFor(subject, options);
  for (const chapter of chapters) {
    const own = asked.filter((law) => law.chapter === chapter);
    if (own.length === 0) continue;
    describe(`${subject.name}: ${chapter}`, () => {
      for (const law of own) {
        it(`${law.id}: ${law.sentence}`, async () => {
          const result = await runLaw(subject, law, options);
          results.push(result);
          const { outcome, why } = result;
          if (outcome === 'broken' || outcome === 'stale_gap')
            throw new Error(`${law.id} (${law.clause}): ${why}`);
        });
      }
    });
  }
  return { subject: subject.name, results };
}
