import { MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** The outcome of a stream was read before its end. */
export class StreamNotFinishedError extends MelliflowError {}

nameErrors({ StreamNotFinishedError });
