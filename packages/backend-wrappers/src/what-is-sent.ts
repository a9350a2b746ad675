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
import type { WrappingBackend } from './wrapping-backend.js';

type Describing = Pick<WrappingBackend, '_promptOf' | '_rawPromptOf' | '_identity'>;

/** The messages that `backend` sends for `call`: rendered by its formatter, or as a wrapper says. */
export function promptOf(backend: Backend & Partial<Describing>, call: ContextCall): ChatMessage[] {
  if (backend._promptOf) return backend._promptOf(call);
  const messages = [...call.view, call.action].flatMap((part) => messagesOf(backend.formatter, part));
  const { systemPrompt } = call.modelOptions;
  return systemPrompt === undefined ? messages : [{ role: 'system', content: systemPrompt }, ...messages];
}

/** The prompt that `backend` sends for an action of a raw batch. */
export function rawPromptOf(backend: Backend & Partial<Describing>, action: Part): string {
  if (backend._rawPromptOf) return backend._rawPromptOf(action);
  return printed(backend.formatter, action);
}

/** Which model a backend asks, as plain data. */
export function identityOf(backend: Backend & Partial<Describing>): unknown {
  return backend._identity ? backend._identity() : [backend.provider, backend.modelId];
}

/** One part as messages. A formatter that only prints gives one, with what the part shows beside its text. */
export function messagesOf(formatter: Formatter | null, part: Part): ChatMessage[] {
  if (isChatFormatter(formatter)) return formatter.toChatMessages([part]);
  return [{ role: 'user', ...shownBeside(part), content: printed(formatter, part) }];
}

/** A formatter of `@melliflow/formatter`, or one of its shape. */
interface ChatFormatting extends Formatter {
  toChatMessages(parts: readonly Part[]): ChatMessage[];
}

function isChatFormatter(formatter: Formatter | null): formatter is ChatFormatting {
  return typeof (formatter as Partial<ChatFormatting> | null)?.toChatMessages === 'function';
}

function printed(formatter: Formatter | null, part: Part): string {
  return formatter ? formatter.print(part) : String(part);
}

function shownBeside(part: Part): Partial<ChatMessage> {
  if (isModelOutputThunk(part)) {
    const toolCalls = part.toolCalls?.map(({ id, name, args }) => ({ id, name, args }));
    return { role: 'assistant', ...(toolCalls?.length && { toolCalls }) };
  }
  if (isCBlock(part) || !isComponent(part)) return {};
  const shown = part.formatForLlm();
  const { role, toolCallId } =
    typeof shown === 'object' ? shown : (part as { role?: ChatMessage['role']; toolCallId?: string });
  const images = getImagesFromComponent(shown) ?? getImagesFromComponent(part);
  return {
    ...(role && { role }),
    ...(toolCallId !== undefined && { toolCallId }),
    ...(images && { images: images.map(String) }),
  };
}
