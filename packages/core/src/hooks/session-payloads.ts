import type { ModelOptions } from '../backend/model-options.js';
import type { Context } from '../context/context.js';

/** Before a session is made. Writable: `modelId`, `modelOptions`. */
export interface SessionPreInitPayload {
  readonly backendName: string;
  readonly modelId: string | null;
  readonly modelOptions: ModelOptions;
}

/** After a session was made. */
export interface SessionPostInitPayload {
  readonly sessionId: string;
  readonly modelId: string;
  readonly context: Context;
}

/** When a session forgets its past. */
export interface SessionResetPayload {
  readonly sessionId: string;
  readonly previousContext: Context;
}

/** When a session ends. */
export interface SessionCleanupPayload {
  readonly sessionId: string;
  readonly context: Context;
  /** Entries in its context. */
  readonly interactionCount: number;
}
