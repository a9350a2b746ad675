import type { Nodes, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';

/** A fenced code block of a document. */
export interface Fence {
  /** Path of the document from the repository's root. */
  readonly file: string;
  /** Line of its first line of code, 1-based. */
  readonly line: number;
  /** First word after the fence; empty if there is none. */
  readonly language: string;
  /** The words after the language. */
  readonly info: string;
  readonly text: string;
  /** The `text` block that directly follows: what the code promises to print. */
  readonly promise: Fence | null;
}

/** Every fenced block of a document in reading order, also those inside lists and quotations. */
export function fencesOf(file: string, markdown: string): Fence[] {
  const lines = markdown.split('\n');
  const found: Fence[] = [];
  const walk = (node: Nodes): void => {
    if (!('children' in node)) return;
    for (const [index, child] of node.children.entries()) {
      const fence = toFence(file, child, lines);
      if (!fence) walk(child);
      else {
        const next = toFence(file, node.children[index + 1], lines);
        found.push({ ...fence, promise: next?.language === 'text' ? next : null });
      }
    }
  };
  walk(fromMarkdown(markdown));
  return found;
}

function toFence(file: string, node: RootContent | undefined, lines: readonly string[]): Fence | null {
  if (node?.type !== 'code' || !node.position) return null;
  const { start } = node.position;
  const opening = lines[start.line - 1]?.slice(start.column - 1) ?? '';
  const isFenced = opening.startsWith('```') || opening.startsWith('~~~'); // else code by indentation
  if (!isFenced) return null;
  return {
    file,
    line: start.line + 1,
    language: node.lang ?? '',
    info: node.meta ?? '',
    text: node.value,
    promise: null,
  };
}
