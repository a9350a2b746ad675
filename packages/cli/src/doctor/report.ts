/** How much a finding matters: only a problem makes the exit code 1. */
export type FindingLevel = 'ok' | 'note' | 'problem';

/** What a finding is about, in the order in which a report has them. */
export const findingAreas = ['node', 'packages', 'contract', 'engines', 'environment', 'servers'] as const;

/** One of `findingAreas`. */
export type FindingArea = (typeof findingAreas)[number];

/** One thing that was looked at. */
export interface DoctorFinding {
  readonly area: FindingArea;
  readonly level: FindingLevel;
  /** What kind it is, stable for programs, such as `core.duplicate`. */
  readonly code: string;
  /** What it is about: a package, a variable, a server. */
  readonly subject: string;
  readonly message: string;
  /** What mends it, as a command; null where nothing has to be done or no command does it. */
  readonly fix: string | null;
}

/** A package of ours, or a backend of others, that the project can reach. */
export interface DoctorPackage {
  readonly name: string;
  readonly version: string;
  /** Where it really is, links followed. */
  readonly folder: string;
  /** Who brings it; empty when it is installed and nobody declares it. */
  readonly requiredBy: readonly string[];
  /** The number of the contract that it is written for; null where that is not known or has no meaning. */
  readonly contract: number | null;
}

/** A variable of the environment that is set. Its value is never told. */
export interface DoctorVariable {
  readonly name: string;
  /** Where requests with it go, without a query and credentials; null where it goes nowhere yet. */
  readonly endpoint: string | null;
}

/** A server that was asked. */
export interface DoctorServer {
  /** Its address, without a query. */
  readonly url: string;
  /** Whose wire it speaks; null where it did not answer in words that we know. */
  readonly kind: 'ollama' | 'openai' | 'tgi' | null;
  /** The first few. */
  readonly models: readonly string[];
  readonly modelCount: number;
}

/** What `melliflow doctor --json` prints. Members may be added; `doctor` is raised when one changes or goes. */
export interface DoctorReport {
  readonly doctor: 1;
  /** Whether there is no problem, which is what the exit code says. */
  readonly healthy: boolean;
  /** The project that was looked at. */
  readonly folder: string;
  readonly node: { readonly version: string; readonly platform: string; readonly arch: string };
  readonly packages: readonly DoctorPackage[];
  readonly variables: readonly DoctorVariable[];
  readonly servers: readonly DoctorServer[];
  readonly findings: readonly DoctorFinding[];
}

/** Makes the findings of an area. */
export type FindingMaker = Readonly<
  Record<FindingLevel, (code: string, subject: string, message: string, fix?: string | null) => DoctorFinding>
>;

/** A finding of an area is made by its level: `find.problem('core.missing', …)`. */
export function findingsOf(area: FindingArea): FindingMaker {
  const make =
    (level: FindingLevel) =>
    (code: string, subject: string, message: string, fix: string | null = null): DoctorFinding => ({
      area,
      level,
      code,
      subject,
      message,
      fix,
    });
  return { ok: make('ok'), note: make('note'), problem: make('problem') };
}
