import type { HookOptions } from '@melliflow/plugins';
import type { Instruments } from './instruments.js';
import type { OperationSpans } from './operation-spans.js';

/** What all hooks of one telemetry plugin share. */
export interface TelemetryKit {
  readonly spans: OperationSpans;
  readonly instruments: () => Instruments;
  readonly captureContent: boolean;
}

/**
 * Told last, when no other plugin can stop the operation any more, and of what the others made of it; before the
 * operation goes on. Errors of ours go to the logger.
 */
export const observing: HookOptions = { mode: 'fire_and_forget' };
