import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';
import type { BackendCapabilities } from '@melliflow/core';
import { defaultCapabilities } from '@melliflow/core/implement';
import { laws } from '../laws/laws.js';
import { openExam } from './exam.js';
import type { Chapter, Law } from './law.js';
import type { LawResult, Report } from './report.js';
import { NotScriptable } from './scriptable.js';
import type { Subject } from './subject.js';

/** What of the exam is asked, and for how long. */
export interface ExamOptions {
  /** Default: all. */
  readonly chapters?: readonly Chapter[] | undefined;
  /** How long one law may take before it counts as broken. Default 30,000: only what hangs runs into it. */
  readonly limitMs?: number | undefined;
}

/**
 * Examines a backend, law after law, without a test runner.
 *
 * @throws TypeError when a gap names a law that is none.
 */
export async function runExam(subject: Subject, options: ExamOptions = {}): Promise<Report> {
  const results: LawResult[] = [];
  for (const law of lawsFor(subject, options)) results.push(await runLaw(subject, law, options));
  return { subject: subject.name, results };
}

/** The laws of the chapters. @throws TypeError when a gap names a law that is none. */
export function lawsFor(subject: Subject, { chapters }: ExamOptions): readonly Law[] {
  const stranger = Object.keys(subject.gaps ?? {}).find((id) => !laws.some((law) => law.id === id));
  if (stranger !== undefined) throw new TypeError(`gaps: there is no law "${stranger}"; see lawIds().`);
  return chapters ? laws.filter(({ chapter }) => chapters.includes(chapter)) : laws;
}

/** Asks one law of a backend. */
export async function runLaw(subject: Subject, law: Law, options: ExamOptions = {}): Promise<LawResult> {
  const { id, chapter, clause, sentence } = law;
  const facts = { id, chapter, clause, sentence };
  const gap = subject.gaps?.[id];
  const missing = await missingFor(subject, law);
  if (missing) return { ...facts, outcome: 'not_asked', why: `The backend does not claim ${missing}.` };
  const failed = await failureOf(subject, law, options.limitMs ?? 30_000);
  if (failed instanceof NotScriptable) return { ...facts, outcome: 'not_scripted', why: failed.message };
  if (gap === undefined) {
    return failed ? { ...facts, outcome: 'broken', why: whyOf(failed) } : { ...facts, outcome: 'kept' };
  }
  return failed
    ? { ...facts, outcome: 'gap', why: gap }
    : { ...facts, outcome: 'stale_gap', why: `It is kept now; take the gap away: ${gap}` };
}

/** The first capability that the law needs and the backend does not claim. */
async function missingFor(subject: Subject, law: Law): Promise<string | undefined> {
  if (law.needs.length === 0) return undefined;
  const claims = claimed.get(subject) ?? (await claimsOf(subject));
  claimed.set(subject, claims);
  return law.needs.find((name) => !claims[name]);
}

const claimed: WeakMap<Subject, BackendCapabilities> = new WeakMap();

async function claimsOf(subject: Subject): Promise<BackendCapabilities> {
  const settings = { retry: { attempts: 1, initialDelayMs: 1 }, apiKey: 'unused' };
  const one = await subject.backend({ replies: [{ deltas: ['ok'] }], settings });
  await one.close();
  return { ...defaultCapabilities, ...one.backend.capabilities };
}

/** What breaks the law, or why it cannot be asked; undefined when it is kept. */
async function failureOf(subject: Subject, law: Law, limitMs: number): Promise<unknown> {
  const stop = new AbortController();
  const { exam, waitingFor, close } = openExam(subject, stop);
  const timer = setTimeout(() => {
    stop.abort(new Error(`Within ${limitMs} ms it did not come to ${waitingFor()}.`));
  }, limitMs);
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
  });
  try {
    await Promise.race([law.run(exam), stopped]);
    return undefined;
  } catch (error) {
    return error ?? new Error('It threw nothing.');
  } finally {
    clearTimeout(timer);
    await close();
  }
}

/** An error in one line; a comparison as what it got and what it had to be. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const line = error.message.split('\n')[0] ?? '';
  if (!(error instanceof AssertionError) || !/equal/i.test(error.operator)) return line;
  const show = (value: unknown): string =>
    inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 4 });
  const what = line.startsWith('Expected values') ? '' : `${line}: `;
  return `${what}it got ${show(error.actual)}, it must be ${show(error.expected)}`;
}
