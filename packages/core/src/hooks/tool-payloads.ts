import type { ModelToolCall } from '../tool/model-tool-call.js';

/** Before a tool runs. Writable: `modelToolCall`. */
export interface ToolPreInvokePayload {
  readonly modelToolCall: ModelToolCall;
}

/** After a tool ran, failed or was blocked. Writable: `toolOutput`. */
export interface ToolPostInvokePayload {
  readonly modelToolCall: ModelToolCall;
  readonly toolOutput: unknown;
  readonly success: boolean;
  readonly error: Error | null;
  readonly executionTimeMs: number;
}
