import type { Part } from '../content/component.js';
import type { Context } from '../context/context.js';
import type { Requirement } from '../requirement/requirement.js';

/** Before a validated stream calls its model. */
export interface StreamingStartPayload {
  readonly streamId: string;
  readonly action: Part;
  readonly context: Context;
  readonly requirements: readonly Requirement[];
  /** The name of the chunking. */
  readonly chunking: string;
}

/** One event of a validated stream, as its readers get it. */
export interface StreamingEventPayload {
  readonly streamId: string;
  readonly event: { readonly type: string; readonly timestamp: number };
}

/** After the last event of a validated stream. */
export interface StreamingEndPayload {
  readonly streamId: string;
  readonly success: boolean;
  readonly fullText: string;
  readonly exception: Error | null;
  readonly latencyMs: number;
}
