import {
  type Backend,
  type ChatMessage,
  type ContextCall,
  type Formatter,
  getImagesFromComponent,
  isCBlock,
  isComponent,
  isModelOutputThunk,
  type Part,
} from '@melliflow/core';
import { PlainFormatter } from '@melliflow/core/implement';

/** Backends that change what is sent, such as those of `@melliflow/backend-wrappers`, say themselves what it is. */
interface Describing {
  _promptOf?(call: ContextCall): ChatMessage[];
  _rawPromptOf?(action: Part): string;
}

/** The messages that `backend` sends for `call`: as it says, else as its formatter renders them. */
export function promptOf(backend: Backend & Describing, call: ContextCall): ChatMessage[] {
  if (backend._promptOf) return backend._promptOf(call);
  const { formatter } = backend;
  const parts = [...call.view, call.action];
  const messages = isChatFormatter(formatter)
    ? formatter.toChatMessages(parts)
    : parts.map((part) => messageOf(formatter ?? new PlainFormatter(), part));
  const { systemPrompt } = call.modelOptions;
  return systemPrompt === undefined ? messages : [{ role: 'system', content: systemPrompt }, ...messages];
}

/** The prompt that `backend` sends for an action of a raw batch. */
export function rawPromptOf(backend: Backend & Describing, action: Part): string {
  if (backend._rawPromptOf) return backend._rawPromptOf(action);
  return (backend.formatter ?? new PlainFormatter()).print(action);
}

/** A formatter of `@melliflow/formatter`, or one of its shape. */
interface ChatFormatting extends Formatter {
  toChatMessages(parts: readonly Part[]): ChatMessage[];
}

function isChatFormatter(formatter: Formatter | null): formatter is ChatFormatting {
  return typeof (formatter as Partial<ChatFormatting> | null)?.toChatMessages === 'function';
}

/** A part as a formatter without messages prints it, with what it shows beside its text. */
function messageOf(formatter: Formatter, part: Part): ChatMessage {
  const content = formatter.print(part);
  if (isModelOutputThunk(part)) {
    const toolCalls = part.toolCalls?.map(({ id, name, args }) => ({ id, name, args }));
    return { role: 'assistant', content, toolCalls };
  }
  if (isCBlock(part) || !isComponent(part)) return { role: 'user', content };
  const shown = part.formatForLlm();
  const { role = 'user', toolCallId } = typeof shown === 'object' ? shown : {};
  const images = getImagesFromComponent(shown) ?? getImagesFromComponent(part);
  return { role, content, toolCallId, images: images?.map(String) };
}
