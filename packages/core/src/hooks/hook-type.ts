/** The moments at which plugins are told; the values are the reference's. */
export const HookType = {
  SESSION_PRE_INIT: 'session_pre_init',
  SESSION_POST_INIT: 'session_post_init',
  SESSION_RESET: 'session_reset',
  SESSION_CLEANUP: 'session_cleanup',
  COMPONENT_PRE_EXECUTE: 'component_pre_execute',
  COMPONENT_POST_SUCCESS: 'component_post_success',
  COMPONENT_POST_ERROR: 'component_post_error',
  GENERATION_PRE_CALL: 'generation_pre_call',
  GENERATION_POST_CALL: 'generation_post_call',
  GENERATION_ERROR: 'generation_error',
  GENERATION_BATCH_PRE_CALL: 'generation_batch_pre_call',
  GENERATION_BATCH_POST_CALL: 'generation_batch_post_call',
  GENERATION_BATCH_ERROR: 'generation_batch_error',
  VALIDATION_PRE_CHECK: 'validation_pre_check',
  VALIDATION_POST_CHECK: 'validation_post_check',
  SAMPLING_LOOP_START: 'sampling_loop_start',
  SAMPLING_ITERATION: 'sampling_iteration',
  SAMPLING_REPAIR: 'sampling_repair',
  SAMPLING_LOOP_END: 'sampling_loop_end',
  TOOL_PRE_INVOKE: 'tool_pre_invoke',
  TOOL_POST_INVOKE: 'tool_post_invoke',
  STREAMING_START: 'streaming_start',
  STREAMING_EVENT: 'streaming_event',
  STREAMING_END: 'streaming_end',
} as const;

export type HookType = (typeof HookType)[keyof typeof HookType];
