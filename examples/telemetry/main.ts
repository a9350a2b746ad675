// What was asked, what came of it and what it cost goes as OpenTelemetry spans to a collector, here one that prints them.
import { check, RepairTemplateStrategy, simpleValidate, startSession } from '@melliflow/stdlib';
import { telemetry } from '@melliflow/telemetry';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { startCollector } from './collector-stub.js';

await using collector = await startCollector();

const exporter = new OTLPTraceExporter({ url: collector.url }); // Yours may be at http://localhost:4318/v1/traces.
const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
const plugins = telemetry({ tracer: provider.getTracer('storyteller') });

await using m = await startSession({ backend: 'llamacpp', plugins });
const hana = simpleValidate((story) => /\bHana\b/.test(story));
await m.instruct('Write a short story about a robot.', {
  requirements: [check('name the robot Hana', hana)],
  strategy: new RepairTemplateStrategy({ loopBudget: 3 }),
});

await provider.shutdown(); // It sends what was not sent yet.
collector.print();
