/** The reference's rules in its own stateless form: what is complete in a text, and what is left of it. */
export interface Split {
  split(text: string): string[];
  flush(text: string): string[];
}

/** Python's white space as a class of a regular expression. */
export const SPACE = '[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const SENTENCE_END = new RegExp(`([.!?]["'\\u201d\\u2019)]?)${SPACE}+`);
const SPACES = new RegExp(`${SPACE}+`);
const TRAILING_SPACE = new RegExp(`${SPACE}+$`);

function of(cut: (text: string) => string[], trim: (rest: string) => string): Split {
  const present = (chunk: string) => chunk !== '';
  return {
    split: (text) => cut(text).slice(0, -1).filter(present),
    flush: (text) => cut(text).slice(-1).map(trim).filter(present),
  };
}

function sentences(text: string): string[] {
  const match = SENTENCE_END.exec(text);
  if (match === null) return [text];
  const end = match.index + (match[1] ?? '').length;
  return [text.slice(0, end), ...sentences(text.slice(match.index + match[0].length))];
}

const asIs = (rest: string) => rest;

export const referenceSplits: Record<'sentence' | 'word' | 'paragraph', Split> = {
  sentence: of(sentences, (rest) => rest.replace(TRAILING_SPACE, '')),
  word: of((text) => text.split(SPACES), asIs),
  paragraph: of((text) => text.split(/\n{2,}/), asIs),
};
