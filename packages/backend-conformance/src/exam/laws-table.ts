import { laws } from '../laws/laws.js';
import type { LawsRecord } from './laws-record.js';
import type { Outcome } from './report.js';

const marks: Readonly<Record<Outcome, string>> = {
  kept: 'yes',
  broken: 'NO',
  gap: 'gap',
  stale_gap: 'NO',
  not_asked: '–',
  not_scripted: '·',
};

/** The laws by backend as a table in Markdown: one row a law, one column a record. */
export function lawsTable(...records: readonly LawsRecord[]): string {
  const cells = laws.map(({ id, clause, sentence }) => {
    const outcomes = records.map(({ outcomes }) => outcomes[id]);
    return [`\`${id}\``, clause, sentence, ...outcomes.map((outcome) => (outcome ? marks[outcome] : ''))];
  });
  const head = ['law', 'clause', 'what is asked', ...records.map(({ subject, sdk }) => `${subject}, ${sdk}`)];
  const rows = [head, head.map(() => '---'), ...cells];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}
