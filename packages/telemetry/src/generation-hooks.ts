import { BatchGenerationError, HookType, isModelOutputThunk, type ModelOutputThunk } from '@melliflow/core';
import { type AnyHook, hook } from '@melliflow/plugins';
import { SpanKind } from '@opentelemetry/api';
import { endCall } from './ended-call.js';
import { modelAttributes, requestAttributes, sessionAttributes } from './request-attributes.js';
import { observing, type TelemetryKit } from './telemetry-kit.js';

/** Spans `chat` for generations in a context, `text_completion` for raw batches. */
export function generationHooks(kit: TelemetryKit): AnyHook[] {
  return [
    hook(
      HookType.GENERATION_PRE_CALL,
      ({ modelOptions, format }, where) => {
        const attributes = {
          ...modelAttributes('chat', where),
          ...sessionAttributes(where),
          ...requestAttributes(modelOptions, format),
          ...(modelOptions.stream &&
            where.backend?.capabilities.streaming && { 'gen_ai.request.stream': true }),
        };
        kit.spans.begin(where, 'chat', `chat ${where.modelId}`, { kind: SpanKind.CLIENT, attributes });
      },
      observing,
    ),
    hook(
      HookType.GENERATION_POST_CALL,
      ({ modelOutput, prompt, latencyMs }, where) =>
        endCall(kit, where, {
          kind: 'chat',
          outputs: [modelOutput],
          prompts: [prompt],
          error: null,
          latencyMs,
        }),
      observing,
    ),
    hook(
      HookType.GENERATION_ERROR,
      ({ modelOutput, exception: error, latencyMs }, where) =>
        endCall(kit, where, {
          kind: 'chat',
          outputs: [modelOutput],
          prompts: promptsOf([modelOutput]),
          error,
          latencyMs,
        }),
      observing,
    ),
    hook(
      HookType.GENERATION_BATCH_PRE_CALL,
      ({ modelOptions, format, numActions }, where) => {
        const attributes = {
          ...modelAttributes('text_completion', where),
          ...sessionAttributes(where),
          ...requestAttributes(modelOptions, format),
          'melliflow.batch.size': numActions,
        };
        const name = `text_completion ${where.modelId}`;
        kit.spans.begin(where, 'text_completion', name, { kind: SpanKind.CLIENT, attributes });
      },
      observing,
    ),
    hook(
      HookType.GENERATION_BATCH_POST_CALL,
      ({ modelOutputs: outputs, latencyMs }, where) =>
        endCall(kit, where, {
          kind: 'text_completion',
          outputs,
          prompts: promptsOf(outputs),
          error: null,
          latencyMs,
        }),
      observing,
    ),
    hook(
      HookType.GENERATION_BATCH_ERROR,
      ({ exception: error, latencyMs }, where) => {
        const outputs = BatchGenerationError.is(error) ? error.results.filter(isModelOutputThunk) : [];
        const prompts = promptsOf(outputs);
        endCall(kit, where, { kind: 'text_completion', outputs, prompts, error, latencyMs });
      },
      observing,
    ),
  ];
}

function promptsOf(outputs: readonly ModelOutputThunk<unknown>[]) {
  return outputs.map(({ generateLog }) => generateLog?.prompt ?? null);
}
