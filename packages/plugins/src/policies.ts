import type { HookPayloads, HookType } from '@melliflow/core';

/** The fields that sequential and transform plugins may change; a change to another is discarded with a warning. */
export const writableFields = {
  session_pre_init: ['modelId', 'modelOptions'],
  session_post_init: [],
  session_reset: [],
  session_cleanup: [],
  component_pre_execute: ['requirements', 'modelOptions', 'format', 'strategy', 'toolCallsEnabled'],
  component_post_success: [],
  component_post_error: [],
  generation_pre_call: ['modelOptions', 'format', 'toolCalls'],
  generation_post_call: [],
  generation_error: [],
  generation_batch_pre_call: ['modelOptions', 'format', 'toolCalls'],
  generation_batch_post_call: [],
  generation_batch_error: [],
  validation_pre_check: ['requirements', 'modelOptions'],
  validation_post_check: ['results', 'allValidationsPassed'],
  sampling_loop_start: ['loopBudget'],
  sampling_iteration: [],
  sampling_repair: [],
  sampling_loop_end: [],
  tool_pre_invoke: ['modelToolCall'],
  tool_post_invoke: ['toolOutput'],
  streaming_start: [],
  streaming_event: [],
  streaming_end: [],
} as const;

/** Lists and records that a payload shares with the program: plugins get frozen copies of them. */
export const copiedFields: Partial<FieldsOf> = {
  session_pre_init: ['modelOptions'],
  component_pre_execute: ['requirements', 'modelOptions'],
  component_post_error: ['modelOptions'],
  generation_pre_call: ['modelOptions'],
  generation_post_call: ['prompt'],
  generation_batch_pre_call: ['actions', 'modelOptions'],
  generation_batch_post_call: ['modelOutputs', 'usage'],
  validation_pre_check: ['requirements', 'modelOptions'],
  validation_post_check: ['requirements', 'results'],
  sampling_loop_start: ['requirements'],
  sampling_iteration: ['validationResults'],
  sampling_repair: ['failedValidations'],
  streaming_start: ['requirements'],
};

/** Hooks before something is done: whoever blocks or throws ends it at once, and those after it are not told. */
export const beforeHooks: ReadonlySet<HookType> = new Set<HookType>([
  'session_pre_init',
  'component_pre_execute',
  'generation_pre_call',
  'generation_batch_pre_call',
  'validation_pre_check',
  'sampling_loop_start',
  'tool_pre_invoke',
  'streaming_start',
]);

/** Hooks that tell of an error: plugins can neither block there nor put their own error in its place. */
export const errorHooks: ReadonlySet<HookType> = new Set<HookType>([
  'component_post_error',
  'generation_error',
  'generation_batch_error',
]);

type FieldsOf = { readonly [T in HookType]: readonly (keyof HookPayloads[T] & string)[] };

/** The fields of a hook's payload that plugins may change. */
export type WritableField<T extends HookType> = (typeof writableFields)[T][number];
