import {
  type ChatMessage,
  type ComponentLike,
  getImagesFromComponent,
  ImageBlock,
  isCBlock,
  isComponent,
  isModelOutputThunk,
  type ModelOutputThunk,
  type Part,
} from '@melliflow/core';
import { printPart, type RenderRepresentation, shownBy, textOf } from './print-part.js';

type Role = ChatMessage['role'];

/** A component that is a chat message itself, such as `Message` of the standard library. */
interface MessageLike extends ComponentLike {
  readonly role: Role;
  readonly content: string;
}

const roles: ReadonlySet<unknown> = new Set<Role>(['system', 'user', 'assistant', 'tool']);

/** A component that answers a tool call, such as `ToolMessage` of the standard library; some wires want the name. */
interface ToolAnswer {
  readonly toolName: string;
}

/** One part as one message; `path` says in an error which part it is. */
export function toChatMessage(part: Part, path: string, render: RenderRepresentation): ChatMessage {
  if (isModelOutputThunk(part)) return fromThunk(part, path);
  if (!isCBlock(part)) return fromComponent(part, render);
  const content = part.toString();
  const isImage = ImageBlock.isValidBase64Png(content);
  return isImage ? { role: 'user', content: '', images: [content] } : { role: 'user', content };
}

/** What the model said: the message or the text that was read out of it, else the text as it came. */
function fromThunk(thunk: ModelOutputThunk<unknown>, path: string): ChatMessage {
  const { parsedRepr, toolCalls } = thunk;
  const text = textOf(thunk, path);
  const said: ChatMessage = isMessageLike(parsedRepr)
    ? { role: parsedRepr.role, content: parsedRepr.content, ...imagesOf(parsedRepr) }
    : { role: 'assistant', content: typeof parsedRepr === 'string' ? parsedRepr : text };
  if (!toolCalls?.length) return said;
  return { ...said, toolCalls: toolCalls.map(({ id, name, args }) => ({ id, name, args })) };
}

function fromComponent(component: ComponentLike, render: RenderRepresentation): ChatMessage {
  const ownRole = isMessageLike(component) ? component.role : 'user';
  const shown = shownBy(component);
  if (typeof shown === 'string') return { role: ownRole, content: shown, ...imagesOf(component) };
  const content = printPart(shown, render);
  const images = imagesOf(shown.images?.length ? shown : component);
  const answers = shown.toolCallId === undefined ? {} : { toolCallId: shown.toolCallId };
  const role = shown.role ?? ownRole;
  return { role, content, ...images, ...answers, ...(role === 'tool' && toolNameOf(component)) };
}

function toolNameOf(component: ComponentLike): Pick<ChatMessage, 'name'> {
  const { toolName } = component as Partial<ToolAnswer>;
  return typeof toolName === 'string' && toolName !== '' ? { name: toolName } : {};
}

function isMessageLike(x: unknown): x is MessageLike {
  if (!isComponent(x)) return false;
  const { role, content } = x as Partial<MessageLike>;
  return roles.has(role) && typeof content === 'string';
}

function imagesOf(component: unknown): Pick<ChatMessage, 'images'> {
  const images = getImagesFromComponent(component);
  return images ? { images: images.map(String) } : {};
}
