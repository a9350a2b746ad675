import { ImageBlock } from '@melliflow/core';
import { ToolOutput } from '@melliflow/stdlib';
import { McpToolError } from './mcp-errors.js';

/** One piece of what a tool gave, as the protocol has it. */
export type McpContent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio'; readonly data: string; readonly mimeType: string }
  | { readonly type: 'resource_link'; readonly uri: string; readonly name: string }
  | {
      readonly type: 'resource';
      readonly resource: {
        readonly uri: string;
        readonly text?: string;
        readonly blob?: string;
        readonly mimeType?: string;
      };
    };

/** What a tool gave, as the protocol has it. */
export interface McpResult {
  readonly content?: readonly McpContent[] | undefined;
  readonly structuredContent?: unknown;
  readonly isError?: boolean | undefined;
}

/**
 * A result as the model reads it and the program gets it: texts and PNG images for the model, structured content as the
 * value. What no model here can be shown is named in the text.
 *
 * @throws McpToolError (`mcp_tool`) when the server says that the tool failed.
 */
export function fromMcpResult({ content = [], structuredContent, isError }: McpResult): ToolOutput {
  const images = content.flatMap((piece) => (isShown(piece) ? [new ImageBlock(piece.data)] : []));
  const texts = content.filter((piece) => !isShown(piece)).map(textOf);
  const structured = structuredContent === undefined ? [] : [JSON.stringify(structuredContent)];
  const text = (texts.length > 0 ? texts : structured).join('\n');
  if (isError) throw new McpToolError(text || 'the server did not say why');
  const words = text || (images.length > 0 ? 'an image' : 'done');
  return new ToolOutput({ content: words, value: structuredContent ?? text, images });
}

function isShown(piece: McpContent): piece is McpContent & { readonly data: string } {
  return piece.type === 'image' && ImageBlock.isValidBase64Png(piece.data);
}

function textOf(piece: McpContent): string {
  switch (piece.type) {
    case 'text':
      return piece.text;
    case 'resource_link':
      return `${piece.name}: ${piece.uri}`;
    case 'resource':
      return (
        piece.resource.text ?? `[${piece.resource.mimeType ?? 'data'} at ${piece.resource.uri}, not shown]`
      );
    default:
      return `[${piece.mimeType ?? piece.type}, not shown]`;
  }
}
