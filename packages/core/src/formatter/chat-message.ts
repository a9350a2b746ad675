/** One message of a chat, as providers take it. Plain data. */
export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
  /** PNG images in base64, with or without a data URI. */
  images?: readonly string[] | undefined;
  /** The calls that an assistant message made. */
  toolCalls?: readonly { id: string | null; name: string; args: Record<string, unknown> }[] | undefined;
  /** Which call a `tool` message answers. */
  toolCallId?: string | undefined;
  /** The name of the tool whose result a `tool` message holds. */
  name?: string | undefined;
}
