import { laws } from '../laws/laws.js';
import type { Outcome, Report } from './report.js';

const marks: Readonly<Record<Outcome, string>> = {
  kept: 'yes',
  broken: 'NO',
  gap: 'gap',
  stale_gap: 'NO',
  not_asked: '–',
};

/** The laws by backend as a table in Markdown: one row a law, one column a report. */
export function lawsTable(...reports: readonly Report[]): string {
  const cells = laws.map(({ id, clause, sentence }) => {
    const outcomes = reports.map(({ results }) => results.find((one) => one.id === id)?.outcome);
    return [`\`${id}\``, clause, sentence, ...outcomes.map((outcome) => (outcome ? marks[outcome] : ''))];
  });
  const head = ['law', 'clause', 'what is asked', ...reports.map(({ subject }) => subject)];
  const rows = [head, head.map(() => '---'), ...cells];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}
