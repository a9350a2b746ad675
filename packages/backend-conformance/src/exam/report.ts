import type { Chapter } from './law.js';

/**
 * How a law came out: `kept`; `broken`; `gap`: broken as known; `stale_gap`: listed as a gap, but kept;
 * `not_asked`: the backend does not claim what it needs; `not_scripted`: the subject cannot play its script.
 */
export type Outcome = 'kept' | 'broken' | 'gap' | 'stale_gap' | 'not_asked' | 'not_scripted';

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

/** The chapters that have laws which were asked, and of which every law that the backend claims is kept. */
export function chaptersPassed({ results }: Report): Chapter[] {
  const all = [...new Set(results.map(({ chapter }) => chapter))];
  return all.filter((chapter) => {
    const claimed = results.filter((one) => one.chapter === chapter && one.outcome !== 'not_asked');
    return claimed.length > 0 && claimed.every(({ outcome }) => outcome === 'kept');
  });
}

/** The report in sentences: the count, what is kept as a whole, and what the backend lacks, law by law. */
export function sentences(report: Report): string {
  const { subject, results } = report;
  const of = (...outcomes: Outcome[]): LawResult[] => results.filter((one) => outcomes.includes(one.outcome));
  const asked = results.length - of('not_asked', 'not_scripted').length;
  const whole = chaptersPassed(report);
  return [
    `${subject} keeps ${of('kept').length} of the ${asked} laws that it was asked.`,
    ...(whole.length > 0 ? [`It keeps every law of ${listed(whole)}.`] : []),
    ...section('It breaks:', of('broken', 'stale_gap').map(told('Seen: '))),
    ...section('Known gaps:', of('gap').map(told())),
    ...section('Not asked:', byReason(of('not_asked', 'not_scripted'))),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `- ${line}`)];
}

const told =
  (before = '') =>
  ({ id, clause, sentence, why }: LawResult): string =>
    `${id} (${clause}): ${sentence} ${before}${oneLine(why)}`;

/** One line a reason: many laws share it. */
function byReason(results: readonly LawResult[]): string[] {
  const ids = new Map<string, string[]>();
  for (const { id, why = '' } of results) ids.set(why, [...(ids.get(why) ?? []), id]);
  return [...ids].map(([why, all]) => `${why} (${all.join(', ')})`);
}

function oneLine(text = ''): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length > 240) return `${line.slice(0, 239)}…`;
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
