import { type Histogram, type Meter, metrics } from '@opentelemetry/api';

/** The conventions' buckets, for tokens and for seconds. */
const tokenBounds = Array.from({ length: 14 }, (_, power) => 4 ** power);
const secondBounds = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power);

/** The metrics of the conventions that a client can know. */
export interface Instruments {
  readonly tokenUsage: Histogram;
  readonly duration: Histogram;
  readonly timeToFirstChunk: Histogram;
  readonly timePerOutputChunk: Histogram;
}

/** Made when something is first measured: by then the program has set its meter provider, in whatever order. */
export function lazyInstruments(meter: Meter | undefined): () => Instruments {
  let made: Instruments | null = null;
  return () => {
    made ??= instrumentsOf(meter ?? metrics.getMeter('@melliflow/telemetry'));
    return made;
  };
}

function instrumentsOf(meter: Meter): Instruments {
  const seconds = (name: string, description: string): Histogram =>
    meter.createHistogram(name, {
      unit: 's',
      description,
      advice: { explicitBucketBoundaries: secondBounds },
    });
  return {
    tokenUsage: meter.createHistogram('gen_ai.client.token.usage', {
      unit: '{token}',
      description: 'Input and output tokens of a call.',
      advice: { explicitBucketBoundaries: tokenBounds },
    }),
    duration: seconds('gen_ai.client.operation.duration', 'From a call to its end.'),
    timeToFirstChunk: seconds(
      'gen_ai.client.operation.time_to_first_chunk',
      'From a streaming call to its first output.',
    ),
    timePerOutputChunk: seconds(
      'gen_ai.client.operation.time_per_output_chunk',
      'From one output of a streaming call to the next.',
    ),
  };
}
