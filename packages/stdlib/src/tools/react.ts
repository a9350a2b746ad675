import type {
  AbstractTool,
  Backend,
  Context,
  ModelOptions,
  ModelOutputThunk,
  ModelToolCall,
  OutputFormat,
  Part,
} from '@melliflow/core';
import { describe, mergeModelOptions, supportedBackend } from '@melliflow/core/implement';
import { Message } from '../components/message.js';
import { imagesMessage, type ToolMessage } from '../components/tool-message.js';
import { ChatContext } from '../contexts/chat-context.js';
import { runInScopeOf } from '../session/session-home.js';
import { callTools } from './call-tools.js';
import { FINAL_TOOL, finalTool } from './final-tool.js';
import { findToolCalls } from './find-tool-calls.js';
import { LoopBudgetError } from './loop-budget-error.js';
import { ReactGoal } from './react-goal.js';
import type { ReactStep } from './react-step.js';
import { type ToolList, toolsByName } from './tool-list.js';

/** What a ReAct loop works on, and with what. */
export interface ReactOptions {
  /** The task, in words or as a part. */
  goal: string | Part;
  tools: ToolList;
  /** Who thinks. A session may be given instead. */
  backend?: Backend | undefined;
  /** Whose backend thinks, with its options and after its conversation; the session itself is left as it is. */
  session?:
    | { readonly backend: Backend; readonly ctx: Context; readonly modelOptions?: ModelOptions | undefined }
    | undefined;
  /** What was said before. Default: nothing, or the session's conversation. A model must be shown it. */
  ctx?: Context | undefined;
  /** How many answers the model may give in all. Default 10. */
  loopBudget?: number | undefined;
  /** Options of every request, over the session's. Their `tools` are not offered: the loop's are. */
  modelOptions?: ModelOptions | undefined;
  /**
   * Whether calls are looked for in the text, which also describes the tools then. Default: where the backend cannot
   * offer tools.
   */
  callsInText?: boolean | undefined;
  /** Aborting it ends the loop, the generation and the tools that run. */
  signal?: AbortSignal | undefined;
  /** Told after each step; the loop waits for it, and ends with what it throws. */
  onStep?: ((step: ReactStep) => void | Promise<void>) | undefined;
}

/** How a ReAct loop ended. */
export interface ReactResult<T> {
  readonly answer: T;
  readonly steps: readonly ReactStep[];
  /** The whole conversation, to go on with. */
  readonly context: Context;
}

/**
 * Lets a model reach a goal with tools: it thinks, calls tools, reads their results, and so on, until it calls the tool
 * `final_answer`. What goes wrong in a call is told to the model, which may try again.
 *
 * @throws LoopBudgetError (`loop_budget`) when no final answer came within `loopBudget`; it keeps the steps.
 * @throws GenerationCancelledError (`generation_cancelled`) when the signal aborts.
 * @throws TypeError when a value is not what its name says.
 * @throws What the backend throws.
 * @example
 * const { answer } = await react({
 *   backend, goal: 'Is it warmer in Rome or in Oslo?', tools: [weather], finalAnswer: z.object({ city: z.string() }),
 * });
 */
export async function react<T>(
  options: ReactOptions & {
    /** The form of the answer. */
    finalAnswer: OutputFormat<T>;
  },
): Promise<ReactResult<T>>;
export async function react(options: ReactOptions): Promise<ReactResult<string>>;
export async function react(
  options: ReactOptions & { finalAnswer?: OutputFormat | undefined },
): Promise<ReactResult<unknown>> {
  return runInScopeOf(options.session, () => runLoop(startLoop(options), options.onStep));
}

async function runLoop(loop: Loop, onStep: ReactOptions['onStep']): Promise<ReactResult<unknown>> {
  const { backend, tools, signal } = loop;
  const steps: ReactStep[] = [];
  let { ctx } = loop;
  let next: readonly Part[] = [loop.goal];
  while (steps.length < loop.budget) {
    const { thunk, after } = await think(loop, ctx, next);
    const toolCalls = callsOf(loop, thunk);
    const outcomes = await callTools(toolCalls, { tools: [...tools.values()], backend, signal });
    next = reply(loop, outcomes);
    ctx = after;
    const context = next.reduce<Context>((all, part) => all.add(part), after);
    const results = outcomes.filter(({ toolName }) => toolName !== FINAL_TOOL);
    const step: ReactStep = { index: steps.length + 1, thunk, toolCalls, results, context };
    steps.push(step);
    await onStep?.(step);
    const final = outcomes.find(({ toolName, error }) => toolName === FINAL_TOOL && error === null);
    if (final) return { answer: final.output, steps, context };
  }
  const context = steps.at(-1)?.context ?? ctx;
  throw new LoopBudgetError(`The model gave no final answer in ${loop.budget} steps.`, { steps, context });
}

interface Loop {
  readonly backend: Backend;
  readonly tools: ReadonlyMap<string, AbstractTool>;
  readonly inText: boolean;
  readonly budget: number;
  readonly goal: ReactGoal;
  readonly ctx: Context;
  readonly modelOptions: ModelOptions;
  readonly signal: AbortSignal | undefined;
}

function startLoop(options: ReactOptions & { finalAnswer?: OutputFormat | undefined }): Loop {
  const { session, goal, loopBudget: budget = 10 } = options;
  const given = options.backend ?? session?.backend;
  if (typeof given?.generateFromContext !== 'function')
    throw new TypeError(`react needs a backend or a session, got ${describe(given)}.`);
  const backend = supportedBackend(given);
  if (!Number.isInteger(budget) || budget < 1)
    throw new TypeError(`loopBudget must be a whole number from 1 up, got ${describe(budget)}.`);
  const tools = toolsByName([...toolsByName(options.tools).values(), finalTool(options.finalAnswer)]);
  const inText = options.callsInText ?? !backend.capabilities.tools;
  const described = inText
    ? [...tools.values()].map(({ asJsonTool }) => JSON.stringify(asJsonTool.function))
    : [];
  const first = new ReactGoal(goal, FINAL_TOOL, described);
  const modelOptions = mergeModelOptions(session?.modelOptions ?? {}, options.modelOptions);
  const ctx = contextFor(options, first);
  return { backend, tools, inText, budget, goal: first, ctx, modelOptions, signal: options.signal };
}

/** A context that shows what is put into it: the loop lives on what was said before. */
function contextFor({ ctx, session }: ReactOptions, goal: Part): Context {
  const shows = (context: Context): boolean => context.add(goal).viewForGeneration()?.includes(goal) === true;
  if (ctx && !shows(ctx))
    throw new TypeError('ctx must show the conversation to the model, as a ChatContext does.');
  return ctx ?? (session && shows(session.ctx) ? session.ctx : new ChatContext());
}

async function think(
  { backend, tools, inText, modelOptions, signal }: Loop,
  ctx: Context,
  next: readonly Part[],
): Promise<{ thunk: ModelOutputThunk; after: Context }> {
  const action = next.at(-1) as Part;
  const before = next.slice(0, -1).reduce<Context>((all, part) => all.add(part), ctx);
  const [thunk, after] = await backend.generateFromContext(action, before, {
    modelOptions: inText ? modelOptions : { ...modelOptions, tools: [...tools.values()] },
    toolCalls: !inText,
    signal,
  });
  await thunk.avalue();
  return { thunk: thunk as ModelOutputThunk, after };
}

function callsOf({ tools, inText }: Loop, thunk: ModelOutputThunk): readonly ModelToolCall[] {
  return inText ? findToolCalls(thunk.value ?? '', [...tools.values()]) : (thunk.toolCalls ?? []);
}

/** What the model reads next. Where the wire knows no calls, it knows no results either: the user tells them. */
function reply({ inText }: Loop, outcomes: readonly ToolMessage[]): readonly Part[] {
  if (outcomes.length === 0)
    return [new Message('user', `Call a tool, or call \`${FINAL_TOOL}\` when you can answer.`)];
  const images = imagesMessage(outcomes) ?? [];
  if (!inText) return [outcomes, images].flat();
  const told = outcomes.map(
    ({ toolName, content }) => new Message('user', `Result of the tool ${toolName}:\n${content}`),
  );
  return [told, images].flat();
}
