import { type ChatMessage, Formatter, type Part, type TemplateRepresentation } from '@melliflow/core';
import { printPart } from './print-part.js';
import type { PrintedArg, PrintedArgs } from './printed-arg.js';
import { toChatMessage } from './to-chat-message.js';

/**
 * Turns parts into chat messages, without templates: a representation is shown by the values of its args, one per
 * line.
 */
export class ChatFormatter extends Formatter {
  /**
   * One part as prompt text.
   *
   * @throws TypeError when an uncomputed thunk is among what is shown, or a component contains itself.
   */
  print(part: Part): string {
    return printPart(part, (representation, args) => this._render(representation, args));
  }

  /**
   * One message per part. A thunk is what the assistant said, a component says its role itself (`user` when it does
   * not), a block of text is the user's, and a block that is a PNG in base64 is an image of the user's.
   *
   * @throws TypeError when a thunk is not computed; it says which part it is.
   */
  toChatMessages(parts: readonly Part[]): ChatMessage[] {
    return parts.map((part, index) =>
      toChatMessage(part, `parts[${index}]`, (representation, args) => this._render(representation, args)),
    );
  }

  /** How a representation becomes text; parts and representations in its args are text already. For subclasses. */
  _render(_representation: TemplateRepresentation, args: PrintedArgs): string {
    return lines(args);
  }
}

function lines(value: PrintedArg): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  return Object.values(value)
    .map(lines)
    .filter((text) => text !== '')
    .join('\n');
}
