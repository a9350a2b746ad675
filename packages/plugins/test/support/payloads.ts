import {
  CBlock,
  HookType,
  ModelOutputThunk,
  ModelToolCall,
  Requirement,
  ValidationResult,
} from '@melliflow/core';
import { writableFields } from '../../src/index.js';
import { PlainContext } from './plain-context.js';

const action = new CBlock('Go.');
const context = new PlainContext();
const output = ModelOutputThunk.computed('Gone.');
const usage = { promptTokens: 1, completionTokens: 1, totalTokens: 2 };
const generation = { generationId: 'g', latencyMs: 1 };
const call = { modelOptions: { seed: 1 }, format: null, toolCalls: false, generationId: 'g' };
const model = { model: 'm', provider: 'p' };
const sampling = { strategyName: 's' };
const verdicts = [[new Requirement('r'), new ValidationResult(true)]];
const tool = new ModelToolCall({ name: 't', func: null, args: {} });
const component = { componentType: 'C', action };
const exception = new Error('broken');

/** A payload for every hook. */
export const payloads: { readonly [T in HookType]: Record<string, unknown> } = {
  session_pre_init: { backendName: 'b', modelId: 'm', modelOptions: { seed: 1 } },
  session_post_init: { sessionId: 's', modelId: 'm', context },
  session_reset: { sessionId: 's', previousContext: context },
  session_cleanup: { sessionId: 's', context, interactionCount: 0 },
  component_pre_execute: {
    ...component,
    context,
    requirements: [],
    modelOptions: {},
    format: null,
    strategy: null,
    toolCallsEnabled: false,
  },
  component_post_success: {
    ...component,
    result: output,
    contextBefore: context,
    contextAfter: context,
    samplingResult: null,
    latencyMs: 1,
  },
  component_post_error: {
    ...component,
    error: exception,
    errorType: 'Error',
    context,
    modelOptions: {},
    latencyMs: 1,
  },
  generation_pre_call: { ...call, action, context },
  generation_post_call: { ...generation, prompt: 'Go.', modelOutput: output },
  generation_error: { ...generation, exception, modelOutput: output },
  generation_batch_pre_call: { ...call, ...model, actions: [action], numActions: 1 },
  generation_batch_post_call: { ...generation, ...model, modelOutputs: [output], usage },
  generation_batch_error: { ...generation, ...model, exception },
  validation_pre_check: { requirements: [], context, modelOptions: {} },
  validation_post_check: {
    requirements: [],
    results: [],
    allValidationsPassed: true,
    passedCount: 0,
    failedCount: 0,
  },
  sampling_loop_start: { ...sampling, action, context, requirements: [], loopBudget: 2 },
  sampling_iteration: {
    ...sampling,
    iteration: 1,
    action,
    result: output,
    validationResults: verdicts,
    allValidationsPassed: true,
    validCount: 1,
    totalCount: 1,
  },
  sampling_repair: {
    ...sampling,
    repairType: 'none',
    repairIteration: 1,
    failedAction: action,
    failedResult: output,
    failedValidations: verdicts,
    repairAction: action,
    repairContext: context,
  },
  sampling_loop_end: {
    ...sampling,
    success: true,
    iterationsUsed: 1,
    finalResult: output,
    failureReason: null,
  },
  tool_pre_invoke: { modelToolCall: tool },
  tool_post_invoke: { modelToolCall: tool, toolOutput: 1, success: true, error: null, executionTimeMs: 1 },
  streaming_start: { streamId: 's', action, context, requirements: [], chunking: 'word' },
  streaming_event: { streamId: 's', event: Object.freeze({ type: 'completed', timestamp: 0 }) },
  streaming_end: { streamId: 's', success: true, fullText: '', exception: null, latencyMs: 1 },
};

export const hookTypes: HookType[] = Object.values(HookType);

/** A field that plugins may change, and one that they may not; null where there is none. */
export function fieldsOf(type: HookType): { writable: string | null; other: string | null } {
  const writable: readonly string[] = writableFields[type];
  const other = Object.keys(payloads[type]).find((field) => !writable.includes(field));
  return { writable: writable[0] ?? null, other: other ?? null };
}
