import type { Backend, ContextCall, GenerationEvent, MelliflowError } from '@melliflow/core';
import { UsageOfAttempts } from '../usage-of-attempts.js';
import { codeOf, lastOf, movedOn } from './failures.js';
import { errorOf, eventsOf, type FallbackPlan, isNextAsked } from './plan.js';

/**
 * The events of the first backend that answers. What one tells before its first output is held until then, so that
 * nobody sees warnings of a backend that did not answer; prompts and usage are told at once.
 */
export async function* firstToAnswer(
  plan: FallbackPlan,
  call: ContextCall,
): AsyncGenerator<GenerationEvent, void> {
  const failures: MelliflowError[] = [];
  const usage = new UsageOfAttempts();
  for (const [index, backend] of plan.backends.entries()) {
    if (call.signal.aborted) return;
    const next = plan.backends[index + 1];
    let held: GenerationEvent[] | null = answererOf(index, backend);
    let hasOutput = false;
    try {
      for await (const event of eventsOf(plan, backend, call)) {
        if (event.type === 'usage') {
          yield usage.told(event.usage);
          continue;
        }
        hasOutput ||= isOutput(event);
        if (held && event.type !== 'prompt') {
          if (next && !hasOutput) {
            held.push(event);
            continue;
          }
          yield* held;
          held = null;
        }
        yield event;
      }
      return;
    } catch (thrown) {
      if (hasOutput || call.signal.aborted) throw thrown;
      const error = errorOf(thrown, backend);
      failures.push(error);
      if (!isNextAsked(plan, error, backend, next)) throw lastOf(failures);
      yield { type: 'warning', warning: movedOn(backend, codeOf(error), next) };
      yield* usage.moveOn();
    }
  }
}

/** That another than the first answers. */
export function answererOf(index: number, { provider, modelId: model }: Backend): GenerationEvent[] {
  return index === 0 ? [] : [{ type: 'metadata', provider, model }];
}

function isOutput(event: GenerationEvent): boolean {
  if (event.type === 'text' || event.type === 'thinking') return event.text !== '';
  return event.type === 'tool_call' || event.type === 'finish';
}
