import type { ChatHistoryItem, LlamaModel } from 'node-llama-cpp';

/** A zero-width space: it ends a mark for the tokenizer, and nobody sees it. */
const BREAK = '\u200b';

/**
 * Breaks the model's control marks in the texts of a JSON value. The engine tokenizes messages as plain text, but
 * what a template writes as JSON, the arguments of calls and the tools themselves, it reads with all marks in it.
 */
export function markBreaker(model: LlamaModel): <T>(value: T) => T {
  const broken = (text: string): string => {
    const marks = model.tokenize(text, true).filter((token) => model.isSpecialToken(token));
    return marks.reduce((harmless, token) => {
      const mark = model.detokenize([token], true);
      return mark === '' ? harmless : harmless.replaceAll(mark, mark[0] + BREAK + mark.slice(1));
    }, text);
  };
  return (value) =>
    JSON.parse(JSON.stringify(value), (_, inner) => (typeof inner === 'string' ? broken(inner) : inner));
}

/** The history with harmless arguments in its calls. */
export function withoutMarks(history: ChatHistoryItem[], breakMarks: <T>(value: T) => T): ChatHistoryItem[] {
  return history.map((item) => {
    if (item.type !== 'model') return item;
    const response = item.response.map((part) =>
      typeof part === 'object' && part.type === 'functionCall'
        ? { ...part, params: breakMarks(part.params) }
        : part,
    );
    return { ...item, response };
  });
}
