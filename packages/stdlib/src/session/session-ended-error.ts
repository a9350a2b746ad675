import { MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** A session was used after its `cleanup()`. */
export class SessionEndedError extends MelliflowError {}

nameErrors({ SessionEndedError });
