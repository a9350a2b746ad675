import {
  type Backend,
  type ComputedModelOutputThunk,
  Context,
  ModelOutputThunk,
  type Part,
  type Requirement,
  type ResolvedFormat,
  type ModelOutputThunk as Thunk,
} from '@melliflow/core';
import { parseFormat } from '@melliflow/core/implement';

/** What an answer must satisfy before anybody sees it. */
export interface Demands {
  readonly requirements: readonly Requirement[];
  /** Judges where a requirement has no function. Null: the backend that answered. */
  readonly judge: Backend | null;
  readonly format: ResolvedFormat | null;
  readonly signal: AbortSignal;
}

/** A context that shows all of its entries. */
class AnsweredContext extends Context {
  viewForGeneration(): Part[] {
    return this.asList();
  }
}

/** How many of the demands a whole answer misses; a format that it does not fit is one. */
export async function unmetBy(
  question: readonly Part[],
  answer: ComputedModelOutputThunk<unknown>,
  demands: Demands,
  answered: Backend,
): Promise<number> {
  const { requirements, judge, format, signal } = demands;
  if (format && !(await fits(answer, format))) return requirements.length + 1;
  const context = [...question, answer].reduce<Context>((ctx, part) => ctx.add(part), new AnsweredContext());
  const verdicts = await Promise.all(
    requirements.map((one) => one.clone().validate(judge ?? answered, context, { signal })),
  );
  return verdicts.filter((verdict) => !verdict.asBool()).length;
}

/** Whether the text is of the format; then it is read. An answer that only calls tools has none to read. */
async function fits(answer: Thunk<unknown>, format: ResolvedFormat): Promise<boolean> {
  if (!answer.value && answer.toolCalls) return true;
  try {
    answer.parsedRepr = await parseFormat(answer.value ?? '', format);
    return true;
  } catch {
    return false;
  }
}

/** A computed output, as requirements see it. */
export function outputOf(
  text: string,
  init: { thinking?: string | null | undefined; toolCalls?: Thunk['toolCalls'] } = {},
): ComputedModelOutputThunk<unknown> {
  const toolCalls = init.toolCalls ?? undefined;
  const output = ModelOutputThunk.computed<unknown>(text, { parsedRepr: text, toolCalls });
  output.thinking = init.thinking ?? null;
  return output;
}
