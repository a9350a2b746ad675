import {
  CBlock,
  type ImageBlock,
  isCBlock,
  type ModelToolCall,
  type Part,
  type TemplateRepresentation,
} from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { imageList } from './image-list.js';
import { Message } from './message.js';

/** What is told about a result beside its value. */
export interface ToolMessageInit {
  /** What the model reads instead of the output. */
  content?: string | undefined;
  /** Why there is no output. */
  error?: Error | undefined;
  /** What the tool drew. No wire takes images in the message of a tool: `imagesMessage` shows them after it. */
  outputImages?: readonly ImageBlock[] | undefined;
}

/**
 * The result of a tool call, for the model that made the call. It is tied to the call by its id and name, in the form
 * that each wire wants.
 *
 * @example
 * ctx.add(new ToolMessage(call, await call.callFunc()));
 */
export class ToolMessage extends Message {
  readonly toolCallId: string | null;
  readonly toolName: string;
  /** What the tool gave; null when it failed. */
  readonly output: unknown;
  readonly error: Error | null;
  readonly outputImages: readonly ImageBlock[];

  /** @throws TypeError when `call` names no tool. */
  constructor(call: Pick<ModelToolCall, 'id' | 'name'>, output: unknown, init: ToolMessageInit = {}) {
    if (typeof call?.name !== 'string') {
      throw new TypeError(`The call of a ToolMessage must have an id and a name, got ${describe(call)}.`);
    }
    super('tool', init.content ?? textOfOutput(output));
    this.toolCallId = call.id ?? null;
    this.toolName = call.name;
    this.output = output;
    this.error = init.error ?? null;
    this.outputImages = imageList(init.outputImages, 'ToolMessage');
  }

  override parts(): readonly Part[] {
    return [new CBlock(this.content)];
  }

  override formatForLlm(): TemplateRepresentation {
    const { toolCallId } = this;
    return {
      ...super.formatForLlm(),
      name: 'ToolMessage',
      ...(toolCallId !== null && { toolCallId }),
      images: [],
    };
  }
}

/** The images of results as one message of the user's, which every wire takes; null when there are none. */
export function imagesMessage(results: readonly ToolMessage[]): Message | null {
  const images = results.flatMap(({ outputImages }) => outputImages);
  if (images.length === 0) return null;
  const names = new Set(results.filter((r) => r.outputImages.length > 0).map(({ toolName }) => toolName));
  return new Message('user', `Images that ${[...names].join(', ')} gave:`, { images });
}

/** Text as it is, data as JSON; of what JSON cannot say, what it is. */
function textOfOutput(output: unknown): string {
  if (typeof output === 'string' || typeof output === 'bigint' || isCBlock(output)) return output.toString();
  try {
    return JSON.stringify(output) ?? 'done';
  } catch {
    return describe(output); // it refers to itself, or holds what JSON has no words for
  }
}
