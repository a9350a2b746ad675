import {
  CBlock,
  Context,
  isCBlock,
  ModelOutputThunk,
  type Part,
  type PartialValidationResult,
  type Requirement,
} from '@melliflow/core';
import type { RetryOptions } from './retry-options.js';

/** What the next attempt asks. */
export interface NextCall {
  readonly action: Part;
  readonly ctx: Context;
}

interface Failed {
  readonly action: Part;
  /** The context that the first attempt was asked in. */
  readonly ctx: Context;
  readonly reasons: readonly string[];
  readonly repair: RetryOptions['repair'];
}

/** Shows what it is given, whatever the caller's context would show, and has the caller's tools. */
class RetryContext extends Context {
  readonly shown: readonly Part[];
  readonly tools: readonly Part[];

  constructor(ctx: Context, shown: readonly Part[], action: Part | null) {
    super();
    this.shown = [...(ctx.viewForGeneration() ?? []), ...shown];
    this.tools = [...(ctx.actionsForAvailableTools() ?? []), ...(action ? [action] : [])];
  }

  viewForGeneration(): Part[] {
    return [...this.shown];
  }

  override actionsForAvailableTools(): Part[] {
    return [...this.tools];
  }
}

/** Why a chunk failed, in words for a model and for people: the reason, else the description. */
export function reasonsOf(failures: readonly [Requirement, PartialValidationResult][]): string[] {
  const said = failures.map(([{ description }, { reason }]) => reason ?? description);
  return [...new Set(said.map((one) => (one ?? 'A requirement was not met.').trim()))];
}

/** The same again, and what was wrong with it. */
export function askAgain({ action, ctx, reasons, repair }: Failed): NextCall {
  if (repair) return { action: repair(action, reasons), ctx };
  if (isRepairable(action)) return { action: action.copyAndRepair(listed(reasons)), ctx };
  const note = `An earlier answer was not accepted:\n${listed(reasons)}\nDo better here.`;
  // Some chat templates refuse two messages of one role in a row, so a plain text and the note are one.
  if (isCBlock(action)) return { action: new CBlock(`${action}\n\n${note}`, { meta: action.meta }), ctx };
  return { action, ctx: new RetryContext(ctx, [new CBlock(note)], null) };
}

/** Lets the model go on from what stands: behind it where the backend can, else by asking it to. */
export function askToGoOn(failed: Failed, kept: string, canPrefill: boolean): NextCall {
  const answer = ModelOutputThunk.computed(kept);
  if (canPrefill) {
    const again = askAgain(failed);
    return { action: answer, ctx: new RetryContext(again.ctx, [again.action], again.action) };
  }
  const { action, ctx, reasons, repair } = failed;
  const asked = repair ? repair(action, reasons) : action;
  const note =
    `Your answer was stopped there. What came next was not accepted:\n${listed(reasons)}\n` +
    'Go on exactly where it stopped, and do better. Do not repeat anything of it.';
  return { action: new CBlock(note), ctx: new RetryContext(ctx, [asked, answer], asked) };
}

interface Repairable {
  copyAndRepair(reason: string): Part;
}

function isRepairable(action: object): action is Repairable {
  return typeof (action as Partial<Repairable>).copyAndRepair === 'function';
}

/** A line each; one of several lines stays inside its item. */
function listed(reasons: readonly string[]): string {
  return reasons.map((reason) => `- ${reason.replaceAll(/\r\n|[\r\n\u2028\u2029]/g, '\n  ')}`).join('\n');
}
