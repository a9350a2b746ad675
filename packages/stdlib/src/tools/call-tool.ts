import { type AbstractTool, ImageBlock, isCBlock, type ModelToolCall } from '@melliflow/core';
import { linkAbort, textOf } from '@melliflow/core/implement';
import { ToolMessage } from '../components/tool-message.js';
import { untilAborted } from '../requirements/until-aborted.js';
import { fitArguments } from './fit-arguments.js';
import type { Tool } from './tool.js';
import { ToolArgumentsError } from './tool-arguments-error.js';
import type { ToolOutcome } from './tool-hooks.js';
import { isToolOutput } from './tool-output.js';
import { UnknownToolError } from './unknown-tool-error.js';
import { parametersOf } from './validate-tool-arguments.js';

/** What `run` of our tools takes beside the arguments; tools of others do not look at it. */
type Runnable = Pick<Tool<never>, 'run'>;

/**
 * Runs one call to its end or to the abort; whatever goes wrong is the outcome. It has a signal of its own: Node warns
 * of one that more than ten listen to.
 */
export async function callTool(
  call: ModelToolCall,
  tools: ReadonlyMap<string, AbstractTool>,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  const own = new AbortController();
  const unlink = linkAbort(signal, own);
  try {
    return { output: await untilAborted(run(call, tools, own.signal), own.signal), error: null };
  } catch (thrown) {
    return { output: null, error: thrown instanceof Error ? thrown : new Error(textOf(thrown)) };
  } finally {
    unlink();
  }
}

async function run(
  call: ModelToolCall,
  tools: ReadonlyMap<string, AbstractTool>,
  signal: AbortSignal,
): Promise<unknown> {
  const tool = call.func ?? tools.get(call.name);
  if (!tool) throw new UnknownToolError(call.name, [...tools.keys()]);
  const { schema } = parametersOf(tool);
  const settings = { coerce: true, named: false, trim: false, nullIsAbsent: true };
  const { value, issues } = fitArguments(call.args, schema, settings);
  if (issues.length > 0) throw new ToolArgumentsError(call.name, issues);
  signal.throwIfAborted();
  return (tool as Runnable).run(value as never, { signal, call });
}

/** The outcome as the message that the model reads. */
export function toToolMessage(
  call: ModelToolCall,
  { output, error }: ToolOutcome,
  errorText: (error: Error, call: ModelToolCall) => string,
): ToolMessage {
  if (error !== null) return new ToolMessage(call, null, { error, content: errorText(error, call) });
  if (isToolOutput(output)) {
    const { content, value, images } = output;
    return new ToolMessage(call, value, { content, outputImages: images });
  }
  if (isCBlock(output) && ImageBlock.isValidBase64Png(output.toString()))
    return new ToolMessage(call, output, { content: 'an image', outputImages: [output as ImageBlock] });
  return new ToolMessage(call, output);
}

/** What the model reads of an error, when nobody said otherwise. */
export function errorWords(error: Error): string {
  if (ToolArgumentsError.is(error)) return `${error.message}\nCall it again with arguments that fit.`;
  return UnknownToolError.is(error) ? error.message : `The tool failed: ${error.message}`;
}
