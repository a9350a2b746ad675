import { MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** The model called a tool that it was not offered. */
export class UnknownToolError extends MelliflowError {
  readonly toolName: string;

  /** `known` are the tools that there are, so that the model can choose one. */
  constructor(toolName: string, known: readonly string[]) {
    const there = known.length > 0 ? ` The tools are: ${known.join(', ')}.` : '';
    super(`There is no tool "${toolName}".${there}`);
    this.toolName = toolName;
  }
}

nameErrors({ UnknownToolError });
