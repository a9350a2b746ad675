import type {
  Backend,
  BackendError,
  GenerationWarning,
  MelliflowError,
  RawCall,
  RawItem,
} from '@melliflow/core';
import { UsageOfAttempts } from '../usage-of-attempts.js';
import { codeOf, lastOf, movedOn } from './failures.js';
import { given, missed, unmetError } from './first-to-pass.js';
import { callFor, errorOf, type FallbackPlan, isNextAsked } from './plan.js';
import { outputOf, unmetBy } from './unmet.js';

type RawAnswer = RawItem | BackendError;

/** What happened to one action of the batch so far. */
interface Course {
  readonly index: number;
  readonly failures: MelliflowError[];
  readonly warnings: GenerationWarning[];
  readonly usage: UsageOfAttempts;
  kept: { readonly item: RawItem; readonly warning: GenerationWarning } | null;
}

/** A raw batch: what one backend did not answer is asked of the next, the rest is kept. */
export async function rawFallback(plan: FallbackPlan, call: RawCall): Promise<RawAnswer[]> {
  const results: RawAnswer[] = new Array(call.actions.length);
  let open: Course[] = call.actions.map((_, index) => ({
    index,
    failures: [],
    warnings: [],
    usage: new UsageOfAttempts(),
    kept: null,
  }));
  for (const [place, backend] of plan.backends.entries()) {
    if (open.length === 0 || call.signal.aborted) break;
    const next = plan.backends[place + 1];
    const answers = await ask(plan, backend, call, open);
    const judged = await Promise.all(
      open.map(async (course, i) => {
        const answer = answers[i];
        if (answer === undefined) return null;
        const outcome = await judge(plan, call, course, answer, backend, next);
        if (outcome) results[course.index] = outcome;
        return outcome ? null : course;
      }),
    );
    open = judged.filter((course) => course !== null);
  }
  return results;
}

/** The answers to what is open; a call that rejects is the same error for all. */
async function ask(
  plan: FallbackPlan,
  backend: Backend,
  call: RawCall,
  open: readonly Course[],
): Promise<readonly (RawItem | Error | undefined)[]> {
  const actions = open.map(({ index }) => call.actions[index] as RawCall['actions'][number]);
  try {
    return await backend._generateFromRaw(callFor(plan, backend, { ...call, actions }));
  } catch (thrown) {
    return open.map(() => errorOf(thrown, backend));
  }
}

/** The outcome for one action; null when the next backend is to be asked. */
async function judge(
  plan: FallbackPlan,
  call: RawCall,
  course: Course,
  answer: RawItem | Error,
  backend: Backend,
  next: Backend | undefined,
): Promise<RawAnswer | null> {
  if (answer instanceof Error) {
    const error = errorOf(answer, backend);
    course.failures.push(error);
    const moves = !call.signal.aborted && isNextAsked(plan, error, backend, next);
    return moves ? moveOn(course, movedOn(backend, codeOf(error), next)) : end(plan, course);
  }
  if (answer.usage) course.usage.told(answer.usage);
  const { provider, modelId: model } = backend;
  const item =
    backend === plan.backends[0]
      ? answer
      : { ...answer, provider: answer.provider ?? provider, model: answer.model ?? model };
  const unmet = await unmetIn(plan, call, course.index, item, backend);
  if (unmet === 0) return withCourse(item, course);
  const why = missed(unmet, plan);
  course.kept = { item, warning: given(backend, why) };
  course.failures.push(unmetError(backend, unmet, why));
  return next ? moveOn(course, movedOn(backend, why, next)) : end(plan, course);
}

function moveOn(course: Course, warning: GenerationWarning): null {
  course.warnings.push(warning);
  course.usage.moveOn();
  return null;
}

/** No further backend is asked: the best answer so far, or the error. */
function end({ mustPass }: FallbackPlan, course: Course): RawAnswer {
  const { kept, failures, warnings } = course;
  if (!kept || mustPass) return lastOf(failures) as BackendError;
  warnings.push(kept.warning);
  return withCourse(kept.item, course);
}

function withCourse(item: RawItem, { warnings, usage }: Course): RawItem {
  return {
    ...item,
    usage: usage.total() ?? undefined,
    warnings: [...warnings, ...(item.warnings ?? [])],
  };
}

async function unmetIn(
  { requirements, judge }: FallbackPlan,
  { actions, format, signal }: RawCall,
  index: number,
  { text, thinking }: RawItem,
  backend: Backend,
): Promise<number> {
  if (requirements.length === 0) return 0;
  const demands = { requirements, judge, format, signal };
  return unmetBy(actions.slice(index, index + 1), outputOf(text, { thinking }), demands, backend);
}
