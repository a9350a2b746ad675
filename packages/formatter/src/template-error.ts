import { type ErrorInit, MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** A template is missing, cannot be read or cannot be rendered; `cause` is what the engine threw. */
export class TemplateError extends MelliflowError {
  /** The template, or the first name that was looked for. */
  readonly templateName: string;

  constructor(message: string, init: ErrorInit & { templateName: string }) {
    super(message, init);
    this.templateName = init.templateName;
  }
}

nameErrors({ TemplateError });
