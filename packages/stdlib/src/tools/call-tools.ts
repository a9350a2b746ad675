import {
  type Backend,
  GenerationCancelledError,
  isModelOutputThunk,
  type ModelOutputThunk,
  type ModelToolCall,
} from '@melliflow/core';
import { describe, linkAbort } from '@melliflow/core/implement';
import type { ToolMessage } from '../components/tool-message.js';
import { callTool, errorWords, toToolMessage } from './call-tool.js';
import { captureToolHooks, type ToolOutcome } from './tool-hooks.js';
import { type ToolList, toolsByName } from './tool-list.js';

/** How the calls of an answer are run. */
export interface CallToolsOptions {
  /** The tools that there are, for calls that were not tied to theirs and for telling the model which it has. */
  tools?: ToolList | undefined;
  /** Aborting it ends the wait at once; each tool gets it as `io.signal`. */
  signal?: AbortSignal | undefined;
  /** `tell`: an error becomes a result that the model reads. `throw`: the first one ends them all. Default `tell`. */
  onError?: 'tell' | 'throw' | undefined;
  /** What the model reads of an error. Default: its message. */
  errorText?: ((error: Error, call: ModelToolCall) => string) | undefined;
  /** Where the calls come from, for the hooks. */
  backend?: Backend | undefined;
}

/**
 * Runs the calls of an answer at the same time and gives their results in the order of the calls, each tied to its
 * own: two calls of one tool stay apart. Arguments are made to fit first.
 *
 * @throws GenerationCancelledError (`generation_cancelled`) when the signal aborts.
 * @throws PluginViolationError (`plugin_violation`) when a plugin blocks a call.
 * @throws TypeError when the answer is not computed yet, or something in `tools` is no tool.
 * @throws What a tool throws, when `onError` is `throw`.
 * @example
 * for (const result of await callTools(answer)) ctx = ctx.add(result);
 */
export async function callTools(
  from: ModelOutputThunk<unknown> | readonly ModelToolCall[],
  options: CallToolsOptions = {},
): Promise<ToolMessage[]> {
  const { signal, backend, onError = 'tell', errorText = errorWords } = options;
  const calls = callsOf(from);
  const tools = toolsByName(options.tools);
  const controller = new AbortController();
  const unlink = linkAbort(signal, controller);
  const one = async (asked: ModelToolCall): Promise<ToolMessage> => {
    const hooks = captureToolHooks(backend);
    const call = hooks ? await hooks.pre(asked) : asked;
    const startedAt = performance.now();
    const run = (): Promise<ToolOutcome> => callTool(call, tools, controller.signal);
    let outcome = await (hooks ? hooks.inside(run) : run());
    if (hooks) outcome = await hooks.post(call, outcome, performance.now() - startedAt);
    if (outcome.error && onError === 'throw') throw outcome.error;
    return toToolMessage(call, outcome, errorText);
  };
  try {
    if (signal?.aborted) throw cancelled(signal, backend);
    const results = await allOrFirstError(calls.map(one), controller);
    if (signal?.aborted) throw cancelled(signal, backend);
    return results;
  } catch (error) {
    throw signal?.aborted ? cancelled(signal, backend) : error;
  } finally {
    unlink();
  }
}

/** All results; when one fails, the others are aborted and waited for, then the first failure rejects. */
async function allOrFirstError<T>(work: readonly Promise<T>[], controller: AbortController): Promise<T[]> {
  const first: { error: unknown }[] = [];
  const outcomes = await Promise.allSettled(
    work.map(async (result) => {
      try {
        return await result;
      } catch (error) {
        first.push({ error });
        controller.abort(error);
        throw error;
      }
    }),
  );
  if (first[0]) throw first[0].error;
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

function callsOf(from: ModelOutputThunk<unknown> | readonly ModelToolCall[]): readonly ModelToolCall[] {
  if (Array.isArray(from)) return from;
  if (!isModelOutputThunk(from)) {
    throw new TypeError(`callTools takes an answer or a list of its calls, got ${describe(from)}.`);
  }
  if (from.value === null)
    throw new TypeError('callTools: the answer is not computed, await its avalue() first.');
  return from.toolCalls ?? [];
}

function cancelled(signal: AbortSignal, backend: Backend | undefined): GenerationCancelledError {
  return new GenerationCancelledError('The tool calls were aborted.', {
    provider: backend?.provider ?? 'tools',
    model: backend?.modelId ?? 'none',
    cause: signal.reason,
  });
}
