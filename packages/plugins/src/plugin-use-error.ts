import { MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/**
 * Plugins cannot be used in this way: the scope has ended, this runtime has no AsyncLocalStorage, or another
 * plugin manager holds the process.
 */
export class PluginUseError extends MelliflowError {}

nameErrors({ PluginUseError });
