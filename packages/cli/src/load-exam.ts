import { findPackages, usualPlaces } from './installed-package.js';

/** A backend as its author shows it to the exam; the exam knows the rest. */
export interface ShownBackend {
  readonly name: string;
  backend(script: never): unknown;
}

/** What came of an exam; the exam can read the results. */
export interface ExamReport {
  readonly subject: string;
  readonly results: readonly object[];
}

/** What the command needs of @melliflow/backend-conformance, in words of its own: that is not always installed. */
export interface ExamModule {
  readonly chapters: readonly string[];
  runExam(
    subject: ShownBackend,
    options?: { readonly chapters?: readonly string[] | undefined },
  ): Promise<ExamReport>;
  passed(report: ExamReport): boolean;
  sentences(report: ExamReport): string;
}

/**
 * Loads the exam, which only authors of backends install.
 *
 * @throws NotInstalledError (`not_installed`) with the command that installs it.
 */
export async function loadExam(): Promise<ExamModule> {
  const [url = ''] = findPackages(['@melliflow/backend-conformance'], usualPlaces());
  return await import(url);
}
