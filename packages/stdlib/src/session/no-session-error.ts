import { MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** A session was asked for where none runs. */
export class NoSessionError extends MelliflowError {}

nameErrors({ NoSessionError });
