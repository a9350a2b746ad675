import type { Backend, GenerationEvent, ModelOutputThunk, SamplingResult, TokenUsage } from '@melliflow/core';
import { thunkFromEvents } from '@melliflow/core/implement';
import { parseErrorOf } from '../sampling/parse-failure.js';
import type { RunWitness } from '../sampling/run-witness.js';
import { sumUsage } from '../sampling/sum-usage.js';
import { adoptOutput } from './stand-in.js';

/** A whole run of a strategy as one output, and what it gave once it is over. */
export interface StrategyRun<S> {
  readonly thunk: ModelOutputThunk<S>;
  readonly outcome: RunOutcome<S>;
}

interface RunOutcome<S> {
  result: SamplingResult<S> | null;
  /** What the run threw, as it threw it: a thunk's own errors are of the family, and scrubbed. */
  error: unknown;
}

/**
 * A thunk that stands for the run: it computes on selection, its text comes in one piece, and its usage is that of
 * all attempts and judges together (contract 8.2), also of a run that fails. All else it has from the chosen attempt.
 */
export function runStrategy<S>(
  backend: Backend,
  signal: AbortSignal | undefined,
  sample: (signal: AbortSignal, witness: RunWitness) => Promise<SamplingResult<S>>,
): StrategyRun<S> {
  // The thunk begins at once, before there is a run to speak of.
  const outcome: RunOutcome<S> = { result: null, error: undefined };
  async function* source(stop: AbortSignal): AsyncGenerator<GenerationEvent> {
    const spent: ModelOutputThunk<unknown>[] = [];
    try {
      outcome.result = await sample(stop, (output) => spent.push(output));
    } catch (error) {
      outcome.error = error;
      const usage = usageOf(spent);
      if (usage) yield { type: 'usage', usage };
      throw error;
    }
    const { result } = outcome.result;
    const usage = usageOf(outputsOf(outcome.result));
    if (usage) yield { type: 'usage', usage };
    yield { type: 'text', text: result.value };
    yield { type: 'finish', reason: result.generation.finishReason ?? 'stop' };
  }
  const thunk = thunkFromEvents<S>(source, {
    provider: backend.provider,
    model: backend.modelId,
    signal,
    streaming: false,
    parse: () => {
      const result = outcome.result as SamplingResult<S>;
      const unreadable = parseErrorOf(result);
      if (unreadable) throw unreadable;
      const { usage } = thunk.generation;
      adoptOutput(thunk, result.result);
      Object.assign(thunk.generation, { usage, streaming: false, ttfbMs: null });
      return result.result.parsedRepr as S;
    },
  });
  return { thunk, outcome };
}

/** Of all attempts, and of the judges that were asked. */
function outputsOf({ sampleGenerations, sampleValidations }: SamplingResult<unknown>) {
  const judges = sampleValidations.flat().flatMap(([, verdict]) => verdict.thunk ?? []);
  return [...sampleGenerations, ...judges];
}

function usageOf(outputs: readonly ModelOutputThunk<unknown>[]): TokenUsage | null {
  return sumUsage(outputs.map(({ generation }) => generation.usage));
}
