import type {
  ComponentPostErrorPayload,
  ComponentPostSuccessPayload,
  ComponentPreExecutePayload,
} from './component-payloads.js';
import type {
  GenerationBatchErrorPayload,
  GenerationBatchPostCallPayload,
  GenerationBatchPreCallPayload,
  GenerationErrorPayload,
  GenerationPostCallPayload,
  GenerationPreCallPayload,
} from './generation-payloads.js';
import type {
  SamplingIterationPayload,
  SamplingLoopEndPayload,
  SamplingLoopStartPayload,
  SamplingRepairPayload,
} from './sampling-payloads.js';
import type {
  SessionCleanupPayload,
  SessionPostInitPayload,
  SessionPreInitPayload,
  SessionResetPayload,
} from './session-payloads.js';
import type {
  StreamingEndPayload,
  StreamingEventPayload,
  StreamingStartPayload,
} from './streaming-payloads.js';
import type { ToolPostInvokePayload, ToolPreInvokePayload } from './tool-payloads.js';
import type { ValidationPostCheckPayload, ValidationPreCheckPayload } from './validation-payloads.js';

/** Which payload belongs to which hook. */
export interface HookPayloads {
  session_pre_init: SessionPreInitPayload;
  session_post_init: SessionPostInitPayload;
  session_reset: SessionResetPayload;
  session_cleanup: SessionCleanupPayload;
  component_pre_execute: ComponentPreExecutePayload;
  component_post_success: ComponentPostSuccessPayload;
  component_post_error: ComponentPostErrorPayload;
  generation_pre_call: GenerationPreCallPayload;
  generation_post_call: GenerationPostCallPayload;
  generation_error: GenerationErrorPayload;
  generation_batch_pre_call: GenerationBatchPreCallPayload;
  generation_batch_post_call: GenerationBatchPostCallPayload;
  generation_batch_error: GenerationBatchErrorPayload;
  validation_pre_check: ValidationPreCheckPayload;
  validation_post_check: ValidationPostCheckPayload;
  sampling_loop_start: SamplingLoopStartPayload;
  sampling_iteration: SamplingIterationPayload;
  sampling_repair: SamplingRepairPayload;
  sampling_loop_end: SamplingLoopEndPayload;
  tool_pre_invoke: ToolPreInvokePayload;
  tool_post_invoke: ToolPostInvokePayload;
  streaming_start: StreamingStartPayload;
  streaming_event: StreamingEventPayload;
  streaming_end: StreamingEndPayload;
}
