import { MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** A response was no stream of events, or broke off before the last one. */
export class EventStreamError extends MelliflowError {}

nameErrors({ EventStreamError });
