/** The line that opens a block of code in Markdown. */
export interface MarkdownFence {
  /** Its backticks or tildes. */
  readonly marker: string;
  /** Whether it stands in a quotation. */
  readonly quoted: boolean;
  /** The first word after the marker, in lower case; often empty. */
  readonly language: string;
}

// Each pattern is anchored and has one way to match, so that a long line costs its length once.
const INDENT = /^[\s>]*/;
const LIST_MARK = /^(?:[-*+]|\d{1,9}[.)])[ \t]+/;
const MARKER = /^(?:`{3,}|~{3,})/;

/** What stands in a line after its indent and marks of quotation. */
export function afterIndent(line: string): string {
  return line.slice((INDENT.exec(line)?.[0] ?? '').length);
}

/** The fence that a line opens, also in a list or a quotation; null if it opens none. */
export function openingFence(line: string): MarkdownFence | null {
  const inside = afterIndent(line);
  const item = inside.slice((LIST_MARK.exec(inside)?.[0] ?? '').length);
  const marker = MARKER.exec(item)?.[0];
  if (marker === undefined) return null;
  const info = item.slice(marker.length);
  if (marker.startsWith('`') && info.includes('`')) return null; // code in a line of text
  const language = (/[^\s{,:]+/.exec(info)?.[0] ?? '').toLowerCase();
  return { marker, language, quoted: line.slice(0, line.length - inside.length).includes('>') };
}

/** Whether a line closes the fence. */
export function closesFence({ marker }: MarkdownFence, line: string): boolean {
  const inside = afterIndent(line);
  const own = MARKER.exec(inside)?.[0] ?? '';
  return own.startsWith(marker) && inside.slice(own.length).trim() === '';
}

/** Whether a line lies outside a fence since the quotation that it stood in is over. */
export function leavesFence({ quoted }: MarkdownFence, line: string): boolean {
  return quoted && !line.trimStart().startsWith('>');
}
