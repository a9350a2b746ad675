import { type HookContext, type HookOperation, HookType, ModelToolCall } from '@melliflow/core';
import { captureHooks } from '@melliflow/core/implement';
import { register, unregister } from '@melliflow/plugins';
import { SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { telemetry } from '../src/index.js';
import { OperationSpans } from '../src/operation-spans.js';
import { otelForEachTest } from './support/otel.js';

const otel = otelForEachTest();
const nowhere: HookContext = { backend: null, provider: null, modelId: null, sessionId: null };
const modelToolCall = new ModelToolCall({ name: 'look', func: null, args: {} });
const end = { modelToolCall, toolOutput: null, success: true, error: null, executionTimeMs: 1 };

describe('the span of an operation', () => {
  it('begins once and ends once, whatever a base class tells', async () => {
    const plugin = telemetry({ tracer: otel.tracer, meter: otel.meter });
    register(plugin);
    const scope = captureHooks();
    unregister(plugin);
    await scope?.dispatch(HookType.TOOL_POST_INVOKE, end, nowhere);
    expect(otel.recorder.ended).toEqual([]);
    for (let again = 0; again < 2; again++)
      await scope?.dispatch(HookType.TOOL_PRE_INVOKE, { modelToolCall }, nowhere);
    for (let again = 0; again < 2; again++) await scope?.dispatch(HookType.TOOL_POST_INVOKE, end, nowhere);
    expect(otel.outline()).toBe('execute_tool look');
  });

  it('measures a call once', async () => {
    const plugin = telemetry({ tracer: otel.tracer, meter: otel.meter });
    register(plugin);
    const scope = captureHooks();
    unregister(plugin);
    const model = { provider: 'p', model: 'm' };
    const batch = { actions: [], numActions: 0, modelOptions: {}, format: null, toolCalls: false };
    const call = { generationId: 'g', ...model };
    const over = { ...call, modelOutputs: [], usage: null, latencyMs: 1000 };
    await scope?.dispatch(HookType.GENERATION_BATCH_PRE_CALL, { ...call, ...batch }, nowhere);
    for (let again = 0; again < 2; again++)
      await scope?.dispatch(HookType.GENERATION_BATCH_POST_CALL, over, nowhere);
    const points = (await otel.measured())['gen_ai.client.operation.duration'];
    expect(points?.map(({ value }) => [value.count, value.sum])).toEqual([[1, 1]]);
  });

  it('is not there where a plugin manager names no operation', () => {
    const spans = new OperationSpans(otel.tracer);
    spans.begin(nowhere, 'stream', 'stream', {});
    spans.end(nowhere, 'stream', {}, null);
    expect([otel.recorder.begun, spans.openSpan(nowhere, 'stream')]).toEqual([[], null]);
  });

  it('is inside of the nearest operation that has one', () => {
    const spans = new OperationSpans(otel.tracer);
    const inside = (parent: HookOperation | null): HookContext & { operation: HookOperation } => ({
      ...nowhere,
      operation: { parent, surround: () => undefined },
    });
    const outer = inside(null);
    const untold = inside(outer.operation);
    const inner = inside(untold.operation);
    spans.begin(outer, 'stream', 'outer', {});
    spans.begin(inner, 'chat', 'inner', { kind: SpanKind.CLIENT });
    spans.end(inner, 'validation', {}, null);
    expect(spans.openSpan(inner, 'chat'), 'of another kind').not.toBeNull();
    spans.end(inner, 'chat', {}, null);
    spans.end(outer, 'stream', {}, 'timeout');
    expect(otel.outline()).toBe(['outer !timeout', '  inner'].join('\n'));
  });
});
