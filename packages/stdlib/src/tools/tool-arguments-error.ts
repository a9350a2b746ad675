import { type ErrorInit, MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** What is wrong with one argument, in words that the model can act on. */
export interface ArgumentIssue {
  /** Where, such as `user.age` or `rows[2]`; empty for the arguments as a whole. */
  readonly path: string;
  /** What should stand there, such as `an integer from 1 to 10`. */
  readonly wanted: string;
  /** What stands there; texts are shortened. `nothing` when it is missing. */
  readonly got: string;
}

/** How many issues the message lists. */
const TOLD = 20;

/** The arguments of a tool call do not fit its parameters; the message lists the issues. */
export class ToolArgumentsError extends MelliflowError {
  readonly toolName: string;
  readonly issues: readonly ArgumentIssue[];

  constructor(toolName: string, issues: readonly ArgumentIssue[], init?: ErrorInit) {
    const more = issues.length > TOLD ? `\n- and ${issues.length - TOLD} more` : '';
    super(
      `The arguments of "${toolName}" do not fit:\n${issues.slice(0, TOLD).map(lineOf).join('\n')}${more}`,
      init,
    );
    this.toolName = toolName;
    this.issues = issues;
  }
}

function lineOf({ path, wanted, got }: ArgumentIssue): string {
  return `- ${path || 'arguments'}: wanted ${wanted}, got ${got}`;
}

nameErrors({ ToolArgumentsError });
