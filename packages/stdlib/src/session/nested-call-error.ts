import { MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** A call was made inside of a turn of its own session, for whose end it would wait: neither could ever end. */
export class NestedCallError extends MelliflowError {}

nameErrors({ NestedCallError });
