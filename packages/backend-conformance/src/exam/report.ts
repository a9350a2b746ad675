import type { Chapter } from './law.js';

/**
 * How a law came out: `kept`; `broken`; `gap`: broken as known; `stale_gap`: listed as a gap, but kept;
 * `not_asked`: the backend does not claim what it needs.
 */
export type Outcome = 'kept' | 'broken' | 'gap' | 'stale_gap' | 'not_asked';

/** What came of one law. */
export interface LawResult {
  readonly id: string;
  readonly chapter: Chapter;
  readonly clause: string;
  readonly sentence: string;
  readonly outcome: Outcome;
  /** What was wrong, the gap's reason, or why it was not asked. */
  readonly why?: string | undefined;
}

/** The outcome of an exam; plain data, so `JSON.stringify` writes it. */
export interface Report {
  /** The subject's name. */
  readonly subject: string;
  readonly results: readonly LawResult[];
}

/** Whether nothing is broken and no gap is stale. */
export function passed({ results }: Report): boolean {
  return results.every(({ outcome }) => outcome !== 'broken' && outcome !== 'stale_gap');
}

/** The chapters of which every law that was asked is kept. */
export function chaptersPassed({ results }: Report): Chapter[] {
  const all = [...new Set(results.map(({ chapter }) => chapter))];
  return all.filter((chapter) =>
    results.every((one) => one.chapter !== chapter || one.outcome === 'kept' || one.outcome === 'not_asked'),
  );
}

/** The report in sentences: the count, what is kept as a whole, and what the backend lacks, law by law. */
export function sentences(report: Report): string {
  const { subject, results } = report;
  const of = (...outcomes: Outcome[]): LawResult[] => results.filter((one) => outcomes.includes(one.outcome));
  const asked = results.length - of('not_asked').length;
  const whole = chaptersPassed(report);
  return [
    `${subject} keeps ${of('kept').length} of the ${asked} laws that it was asked.`,
    ...(whole.length > 0 ? [`It keeps every law of ${listed(whole)}.`] : []),
    ...section('It breaks:', of('broken', 'stale_gap')),
    ...section('Known gaps:', of('gap')),
    ...section('Not asked:', of('not_asked')),
  ].join('\n');
}

function section(title: string, results: readonly LawResult[]): string[] {
  if (results.length === 0) return [];
  return [
    '',
    title,
    ...results.map(({ id, clause, sentence, why }) => `- ${id} (${clause}): ${sentence} ${oneLine(why)}`),
  ];
}

function oneLine(text = ''): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 240 ? `${line.slice(0, 239)}…` : line;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
