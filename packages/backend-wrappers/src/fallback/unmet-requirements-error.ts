import { BackendError, type BackendErrorInit } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** No backend gave an answer that meets the requirements of a fallback with `mustPass`. */
export class UnmetRequirementsError extends BackendError {
  /** How many requirements the last answer missed. */
  readonly unmet: number;

  constructor(message: string, init: BackendErrorInit & { unmet: number }) {
    super(message, init);
    this.unmet = init.unmet;
  }
}

nameErrors({ UnmetRequirementsError });
