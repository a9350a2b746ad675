export type { Exam, OpenedBackend } from './exam/exam.js';
export { examine, type TestRunner } from './exam/examine.js';
export type { HookRecord } from './exam/hook-record.js';
export { type Chapter, chapters, type Law } from './exam/law.js';
export { type LawsRecord, lawsRecord } from './exam/laws-record.js';
export { lawsTable } from './exam/laws-table.js';
export { leaksOf, shownBy } from './exam/leaks-of.js';
export {
  chaptersPassed,
  type LawResult,
  type Outcome,
  passed,
  type Report,
  sentences,
} from './exam/report.js';
export { type ExamOptions, runExam } from './exam/run-exam.js';
export type { Scriptable } from './exam/scriptable.js';
export type { ExamBackend, ExamScript, ExamSettings, ProviderRequest, Subject } from './exam/subject.js';
export { lawIds, laws } from './laws/laws.js';
export { heapUsed, type ManyStreams, streamMany } from './subjects/stream-many.js';
export { type OverWireInit, subjectOverWire } from './subjects/subject-over-wire.js';
