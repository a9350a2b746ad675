import {
  CBlock,
  type ChatMessage,
  type ComponentLike,
  type Formatter,
  ImageBlock,
  isCBlock,
  isModelOutputThunk,
  ModelOutputThunk,
  ModelToolCall,
  type Part,
  type TemplateRepresentation,
} from '@melliflow/core';
import { messagesOf } from '../what-is-sent.js';
import { redactedData } from './redacted-data.js';
import type { TextRedactor } from './text-redactor.js';

/** A message that is a part: every formatter shows it as it is. */
class MessagePart implements ComponentLike<string> {
  readonly role: ChatMessage['role'];
  readonly content: string;
  readonly images: ImageBlock[] | null;
  readonly toolCallId: string | undefined;
  /** By this name formatters find the tool that a result is of. */
  readonly toolName: string | undefined;

  constructor({ role, content, images, toolCallId, name }: ChatMessage) {
    this.role = role;
    this.content = content;
    this.images = images?.map((image) => new ImageBlock(image)) ?? null;
    this.toolCallId = toolCallId;
    this.toolName = name;
  }

  parts(): readonly Part[] {
    return [];
  }

  formatForLlm(): TemplateRepresentation | string {
    const { role, content: text, toolCallId, images } = this;
    if (toolCallId === undefined) return text;
    const shown = { obj: this, args: { text }, template: '{{ text }}', role, toolCallId };
    return images ? { ...shown, images } : shown;
  }

  /** What was shown is read by nobody: the outermost backend holds the part itself. */
  parse(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }

  toString(): string {
    return this.content;
  }
}

/** The parts that are sent for one: itself, unless there is something in it that must not be sent. */
export function redactedParts(part: Part, formatter: Formatter | null, redact: TextRedactor): Part[] {
  const messages = messagesOf(formatter, part);
  const clean = messages.map((message) => redactedMessage(message, redact));
  // Of an output a backend may send more than formatters show.
  const beside = isModelOutputThunk(part) ? [part.value ?? '', part.thinking ?? ''] : [];
  const isClean = beside.every((text) => redactedText(text, redact) === text);
  if (isClean && clean.every((message, index) => message === messages[index])) return [part];
  return clean.map((message) => partOf(message, part));
}

/** One action of a raw batch, which is sent as it is printed. */
export function redactedAction(action: Part, text: string, redact: TextRedactor): Part {
  const clean = redactedText(text, redact);
  return clean === text ? action : new CBlock(clean);
}

function redactedMessage(message: ChatMessage, redact: TextRedactor): ChatMessage {
  const content = redactedText(message.content, redact);
  const toolCalls = message.toolCalls && redactedCalls(message.toolCalls, redact);
  if (content === message.content && toolCalls === message.toolCalls) return message;
  return { ...message, content, ...(toolCalls && { toolCalls }) };
}

/** Arguments without what must not be sent; names of tools and of arguments stay. */
function redactedCalls(
  calls: NonNullable<ChatMessage['toolCalls']>,
  redact: TextRedactor,
): ChatMessage['toolCalls'] {
  const clean = calls.map((call) => {
    const args = redactedData(call.args, redact);
    return args === call.args ? call : { ...call, args };
  });
  return clean.every((call, index) => call === calls[index]) ? calls : clean;
}

/** An image in base64 is no text. */
function redactedText(text: string, redact: TextRedactor): string {
  return ImageBlock.isValidBase64Png(text) ? text : redact(text);
}

/** A part that is shown as this message: an output stays an output, and a block a block. */
function partOf(message: ChatMessage, part: Part): Part {
  const { role, content, toolCalls } = message;
  if (isModelOutputThunk(part) && role === 'assistant') {
    const calls = toolCalls?.map((call) => new ModelToolCall({ ...call, func: null }));
    const parsedRepr = message.images ? new MessagePart(message) : content;
    return ModelOutputThunk.computed<unknown>(content, { parsedRepr, toolCalls: calls });
  }
  return isCBlock(part) && role === 'user' ? new CBlock(content) : new MessagePart(message);
}
