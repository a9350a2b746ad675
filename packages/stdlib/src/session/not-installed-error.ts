import { MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** A package that was asked for is not there; the last line of the message is the command that brings it. */
export class NotInstalledError extends MelliflowError {}

nameErrors({ NotInstalledError });
