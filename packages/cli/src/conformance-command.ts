import { type Command, Option } from 'commander';
import { type ExamModule, type ExamReport, loadExam, type ShownBackend } from './load-exam.js';
import { loadSubject, SubjectError } from './load-subject.js';
import type { Surroundings } from './stream-command.js';
import type { Output } from './text-output.js';
import { UsageError } from './usage-error.js';

/** What the command line of `melliflow conformance` says. */
export interface ConformanceOptions {
  readonly chapter?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
}

/** Gives a command the options that `ConformanceOptions` are read from. */
export function addConformanceOptions(command: Command): Command {
  const add = (name: string, before: readonly string[] = []): readonly string[] => [...before, name];
  return command
    .addOption(
      new Option('--chapter <name>', 'ask the laws of this chapter only; may be repeated').argParser(add),
    )
    .option('--json', 'print the report as JSON, and nothing else');
}

/** Examines the backend that a module shows, prints the report, and gives the exit code. */
export async function conformanceCommand(
  module: string,
  { chapter, json }: ConformanceOptions,
  { stdout, stderr }: Surroundings,
): Promise<number> {
  const exam = await loadExam();
  const chapters = chapter && checkedChapters(chapter, exam.chapters);
  const subject = await loadSubject(module);
  const progress = stderr.isTerminal && !json ? progressOn(stderr) : null;
  const { report, unhandled } = await examine(exam, subject, chapters, progress);
  stdout.write(`${json ? JSON.stringify(report) : exam.sentences(report)}\n`);
  for (const reason of unhandled) stderr.write(`error (unhandled): nobody handled: ${reason}\n`);
  return exam.passed(report) && unhandled.size === 0 ? 0 : 1;
}

function checkedChapters(given: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return given;
  throw new UsageError(`--chapter: there is no chapter "${unknown}". Choose among ${known.join(', ')}.`);
}

/** One line of a terminal that says which chapter is asked, and is gone with `end`. */
interface Progress {
  at(chapter: string, index: number, count: number): void;
  end(): void;
}

function progressOn(stderr: Output): Progress {
  const lineStart = '\r\x1b[K';
  return {
    at: (chapter, index, count) => stderr.write(`${lineStart}${chapter} (${index + 1} of ${count})`),
    end: () => stderr.write(lineStart),
  };
}

/** Runs the exam. A rejection that the backend leaves to nobody would end the process, so it is kept to be told. */
async function examine(
  exam: ExamModule,
  subject: ShownBackend,
  chapters: readonly string[] | undefined,
  progress: Progress | null,
): Promise<{ report: ExamReport; unhandled: ReadonlySet<string> }> {
  const unhandled = new Set<string>();
  const listener = (reason: unknown): void => void unhandled.add(String(reason));
  process.on('unhandledRejection', listener);
  try {
    const asked = exam.chapters.filter((name) => chapters?.includes(name) ?? true);
    const results: object[] = [];
    for (const [i, chapter] of asked.entries()) {
      progress?.at(chapter, i, asked.length);
      results.push(...(await exam.runExam(subject, { chapters: [chapter] })).results);
    }
    await new Promise((resolve) => setImmediate(resolve)); // by then Node has told what the last law left
    return { report: { subject: subject.name, results }, unhandled };
  } catch (error) {
    // A law that is broken stands in the report; this comes of the subject itself.
    throw new SubjectError(`${subject.name} cannot be examined: ${String(error)}`, { cause: error });
  } finally {
    process.off('unhandledRejection', listener);
    progress?.end();
  }
}
