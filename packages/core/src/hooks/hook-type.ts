/** The moments at which plugins are told; the reference's strings. */
const hookTypes = [
  'session_pre_init',
  'session_post_init',
  'session_reset',
  'session_cleanup',
  'component_pre_execute',
  'component_post_success',
  'component_post_error',
  'generation_pre_call',
  'generation_post_call',
  'generation_error',
  'generation_batch_pre_call',
  'generation_batch_post_call',
  'generation_batch_error',
  'validation_pre_check',
  'validation_post_check',
  'sampling_loop_start',
  'sampling_iteration',
  'sampling_repair',
  'sampling_loop_end',
  'tool_pre_invoke',
  'tool_post_invoke',
  'streaming_start',
  'streaming_event',
  'streaming_end',
] as const;

export type HookType = (typeof hookTypes)[number];

/** `HookType.GENERATION_PRE_CALL` is `'generation_pre_call'`, and so on. */
export const HookType: { readonly [T in HookType as Uppercase<T>]: T } = Object.fromEntries(
  hookTypes.map((type) => [type.toUpperCase(), type]),
) as never;
