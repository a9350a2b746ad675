import {
  type Backend,
  type ContextCall,
  type GenerationEvent,
  type GenerationWarning,
  type MelliflowError,
  ModelToolCall,
} from '@melliflow/core';
import { UsageOfAttempts } from '../usage-of-attempts.js';
import { codeOf, lastOf, movedOn, nameOf } from './failures.js';
import { answererOf } from './first-to-answer.js';
import { errorOf, eventsOf, type FallbackPlan, isNextAsked } from './plan.js';
import { outputOf, unmetBy } from './unmet.js';
import { UnmetRequirementsError } from './unmet-requirements-error.js';

/** A whole answer that misses some requirements, kept in case that none is better. */
interface Kept {
  readonly backend: Backend;
  readonly events: readonly GenerationEvent[];
  readonly unmet: number;
}

/** The events of the first backend whose whole answer meets the requirements; nothing is told of one before that. */
export async function* firstToPass(
  plan: FallbackPlan,
  call: ContextCall,
): AsyncGenerator<GenerationEvent, void> {
  const failures: MelliflowError[] = [];
  const usage = new UsageOfAttempts();
  let kept: Kept | null = null;
  for (const [index, backend] of plan.backends.entries()) {
    if (call.signal.aborted) return;
    const next = plan.backends[index + 1];
    const events = answererOf(index, backend);
    try {
      for await (const event of eventsOf(plan, backend, call)) {
        if (event.type === 'usage') yield usage.told(event.usage);
        else if (event.type === 'prompt') yield event;
        else events.push(event);
      }
    } catch (thrown) {
      if (call.signal.aborted) throw thrown;
      const error = errorOf(thrown, backend);
      failures.push(error);
      if (!isNextAsked(plan, error, backend, next)) break;
      yield { type: 'warning', warning: movedOn(backend, codeOf(error), next) };
      yield* usage.moveOn();
      continue;
    }
    if (call.signal.aborted) return;
    const unmet = await unmetIn(plan, call, events, backend);
    if (unmet === 0) return yield* events;
    const why = missed(unmet, plan);
    kept = { backend, events, unmet };
    failures.push(unmetError(backend, unmet, why));
    if (!next) break;
    yield { type: 'warning', warning: movedOn(backend, why, next) };
    yield* usage.moveOn();
  }
  if (!kept || plan.mustPass) throw lastOf(failures);
  const total = usage.total();
  if (total) yield { type: 'usage', usage: total };
  yield { type: 'warning', warning: given(kept.backend, missed(kept.unmet, plan)) };
  yield* kept.events;
}

function unmetIn(
  { requirements, judge }: FallbackPlan,
  { view, action, format, signal, tools }: ContextCall,
  events: readonly GenerationEvent[],
  backend: Backend,
): Promise<number> {
  const text: string[] = [];
  const thinking: string[] = [];
  const toolCalls: ModelToolCall[] = [];
  for (const event of events) {
    if (event.type === 'text') text.push(event.text);
    else if (event.type === 'thinking') thinking.push(event.text);
    else if (event.type === 'tool_call')
      toolCalls.push(new ModelToolCall({ ...event, func: tools.get(event.name) ?? null }));
  }
  const output = outputOf(text.join(''), {
    thinking: thinking.length > 0 ? thinking.join('') : null,
    toolCalls: toolCalls.length > 0 ? toolCalls : null,
  });
  return unmetBy([...view, action], output, { requirements, judge, format, signal }, backend);
}

/** How much an answer misses; requirements are text of the program and stay out of messages. */
export function missed(unmet: number, { requirements }: FallbackPlan): string {
  if (unmet > requirements.length) return 'its answer does not fit the format';
  return `its answer misses ${unmet} of ${requirements.length} requirements`;
}

/** The warning of an answer that is given although it misses some requirements. */
export function given(backend: Backend, why: string): GenerationWarning {
  return {
    kind: 'other',
    option: 'fallback',
    message: `${nameOf(backend)} is the one whose answer is given: ${why}, and no other was better.`,
  };
}

/** The error of an answer that misses some requirements. */
export function unmetError(backend: Backend, unmet: number, why: string): UnmetRequirementsError {
  const { provider, modelId: model } = backend;
  return new UnmetRequirementsError(`${nameOf(backend)}: ${why}.`, { provider, model, unmet });
}
