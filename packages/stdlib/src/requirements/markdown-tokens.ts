import type { Token } from 'marked';

/**
 * The blocks of a Markdown text, without the space between them; none of one that is nested deeper than the parser can
 * go. The parser is loaded at the first use.
 */
export async function markdownBlocks(text: string): Promise<Token[]> {
  const { Lexer } = await import('marked');
  try {
    return new Lexer({ gfm: true }).lex(text).filter(({ type }) => type !== 'space');
  } catch (error) {
    if (error instanceof RangeError) return []; // what the engine throws when its stack is full
    throw error;
  }
}
