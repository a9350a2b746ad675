import { type ErrorInit, MelliflowError, nameErrors } from './melliflow-error.js';

/** A component or a format could not read the model's output; `cause` is what its parser threw. */
export class ComponentParseError extends MelliflowError {}

/** `astream()` was called on a thunk whose text has been handed out whole (contract 2.3). */
export class StreamFinishedError extends MelliflowError {}

/** A thunk was awaited that has no value and no generation that could bring one (contract 2.3). */
export class NotGeneratingError extends MelliflowError {}

/** At least one item of a raw batch failed; every item's outcome is kept (contract 4.3). */
export class BatchGenerationError<R = unknown> extends MelliflowError {
  /** Per action, in order: its thunk or its error. */
  readonly results: readonly (R | Error)[];

  constructor(message: string, init: ErrorInit & { results: readonly (R | Error)[] }) {
    super(message, init);
    this.results = init.results;
  }
}

/** What a plugin gives when it blocks. */
export interface PluginViolationInit extends ErrorInit {
  reason: string;
  violationCode?: string | undefined;
  details?: Readonly<Record<string, unknown>> | undefined;
  hookType: string;
  pluginName: string;
}

/** A plugin blocked the operation. */
export class PluginViolationError extends MelliflowError {
  readonly reason: string;
  readonly violationCode: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly hookType: string;
  readonly pluginName: string;

  constructor(message: string, init: PluginViolationInit) {
    super(message, init);
    this.reason = init.reason;
    this.violationCode = init.violationCode;
    this.details = init.details;
    this.hookType = init.hookType;
    this.pluginName = init.pluginName;
  }
}

/** A plugin threw; `cause` is what it threw. */
export class PluginError extends MelliflowError {
  readonly hookType: string;
  readonly pluginName: string;

  constructor(message: string, init: ErrorInit & { hookType: string; pluginName: string }) {
    super(message, init);
    this.hookType = init.hookType;
    this.pluginName = init.pluginName;
  }
}

nameErrors({
  ComponentParseError,
  StreamFinishedError,
  NotGeneratingError,
  BatchGenerationError,
  PluginViolationError,
  PluginError,
});
