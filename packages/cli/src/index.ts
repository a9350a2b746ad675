export type {
  DoctorFinding,
  DoctorPackage,
  DoctorReport,
  DoctorServer,
  DoctorVariable,
  FindingArea,
  FindingLevel,
} from './doctor/report.js';
export type { BackendChoice, BackendName } from './load-backend.js';
export { run } from './main.js';
export type { ProgramIo } from './program-io.js';
export { ForbidWords } from './requirements/forbid-words.js';
export { MaxSentences } from './requirements/max-sentences.js';
export type { TextOutput } from './text-output.js';
