import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type DataPoint, type Histogram, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect } from 'vitest';

/** Counts begins and ends, and keeps what ended. */
class Recorder implements SpanProcessor {
  readonly begun: { name: string; spanContext(): { spanId: string } }[] = [];
  readonly ended: ReadableSpan[] = [];

  onStart(span: Recorder['begun'][number]): void {
    this.begun.push(span);
  }
  onEnd(span: ReadableSpan): void {
    this.ended.push(span);
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

class Collector extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

export interface SpanTree {
  name: string;
  kind: number;
  attributes: Record<string, unknown>;
  error: boolean;
  events: { name: string; attributes: Record<string, unknown> }[];
  inside: SpanTree[];
}

export interface Otel {
  readonly recorder: Recorder;
  tracer: ReturnType<BasicTracerProvider['getTracer']>;
  meter: ReturnType<MeterProvider['getMeter']>;
  /** All spans that ended, as trees, in the order in which they began. */
  trees(): SpanTree[];
  /** The same with names alone, a line each, indented; `!` and the error type where it failed. */
  outline(): string;
  /** Every number measured, by metric. */
  measured(): Promise<Record<string, DataPoint<Histogram>[]>>;
}

/** An OpenTelemetry SDK for each test; a test fails where a span was begun and not ended exactly once. */
export function otelForEachTest(): Otel {
  const otel = {} as { -readonly [K in keyof Otel]: Otel[K] };
  let collector: Collector;
  beforeEach(() => {
    const recorder = new Recorder();
    collector = new Collector();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    otel.recorder = recorder;
    otel.tracer = new BasicTracerProvider({ spanProcessors: [recorder] }).getTracer('test');
    otel.meter = new MeterProvider({ readers: [collector] }).getMeter('test');
    otel.trees = () => treesOf(recorder);
    otel.outline = () => outlineOf(treesOf(recorder));
    otel.measured = async () => {
      const { resourceMetrics } = await collector.collect();
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
      return Object.fromEntries(
        metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints as DataPoint<Histogram>[]]),
      );
    };
  });
  afterEach(() => {
    context.disable();
    trace.disable();
    const { begun, ended } = otel.recorder;
    expect(ended.map(({ name }) => name).sort(), 'each span ends exactly once').toEqual(
      begun.map(({ name }) => name).sort(),
    );
    expect(new Set(ended.map((span) => span.spanContext().spanId)).size).toBe(ended.length);
  });
  return otel;
}

/** What differs from run to run. */
const volatile = new Set(['melliflow.stream.id', 'gen_ai.response.time_to_first_chunk']);

function treesOf({ begun, ended }: Recorder): SpanTree[] {
  const byId = new Map(ended.map((span) => [span.spanContext().spanId, span]));
  const inOrder = begun.flatMap((span) => byId.get(span.spanContext().spanId) ?? []);
  const childrenOf = (id: string | undefined): SpanTree[] =>
    inOrder
      .filter(({ parentSpanContext: parent }) =>
        id === undefined ? !parent || !byId.has(parent.spanId) : parent?.spanId === id,
      )
      .map((span) => ({
        name: span.name,
        kind: span.kind,
        attributes: Object.fromEntries(
          Object.entries(span.attributes).map(([key, value]) => [
            key,
            volatile.has(key) ? typeof value : value,
          ]),
        ),
        error: span.status.code === SpanStatusCode.ERROR,
        events: span.events.map(({ name, attributes = {} }) => ({ name, attributes })),
        inside: childrenOf(span.spanContext().spanId),
      }));
  return childrenOf(undefined);
}

function outlineOf(trees: readonly SpanTree[], indent = ''): string {
  return trees
    .flatMap(({ name, error, attributes, inside }) => [
      `${indent}${name}${error ? ` !${attributes['error.type']}` : ''}`,
      ...(inside.length > 0 ? [outlineOf(inside, `${indent}  `)] : []),
    ])
    .join('\n');
}
