import type { Outcome, Report } from './report.js';

/** What came of an exam, law by law, to be kept beside a backend. `JSON.stringify` writes it, `lawsTable` reads it. */
export interface LawsRecord {
  /** The backend's name. */
  readonly subject: string;
  /** The versions of the SDK that it was examined with, in words. */
  readonly sdk: string;
  /** Laws by id. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** Why a law is a gap, or was not asked. */
  readonly notes: Readonly<Record<string, string>>;
}

/**
 * One record of several exams of the same backend, such as those with each version of its SDK.
 *
 * @throws TypeError when a law came out differently.
 */
export function lawsRecord(
  { subject, sdk }: Pick<LawsRecord, 'subject' | 'sdk'>,
  ...reports: readonly Report[]
): LawsRecord {
  const outcomes: Record<string, Outcome> = {};
  const notes: Record<string, string> = {};
  for (const report of reports) {
    for (const { id, outcome, why } of report.results) {
      const before = outcomes[id] ?? outcome;
      if (before !== outcome) throw new TypeError(`${id}: ${outcome} for ${report.subject}, else ${before}.`);
      outcomes[id] = outcome;
      if (why !== undefined) notes[id] = why;
    }
  }
  return { subject, sdk, outcomes, notes };
}
