import { segmentsOf } from '../requirements/segments-of.js';

/**
 * How alike two texts are, from 0 to 1: ROUGE-L, the longest run of words that both have in the same order, without
 * case. Words are found as the language of the text has them, also where no spaces stand between them.
 *
 * @example
 * await textSimilarity('the cat sat', 'The cat slept.'); // 0.67
 */
export async function textSimilarity(a: string, b: string): Promise<number> {
  const [ofA, ofB] = [wordsOf(a), wordsOf(b)];
  if (ofA.length === 0 || ofB.length === 0) return ofA.length === ofB.length ? 1 : 0;
  const { l } = await import('js-rouge');
  return l(ofA.join(' '), ofB.join(' '), {
    tokenizer: (text) => text.split(' '),
    segmenter: (text) => [text],
  });
}

function wordsOf(text: string): string[] {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
  return [...segmentsOf(segmenter, text.toLowerCase())].flatMap(({ segment, isWordLike }) =>
    isWordLike ? [segment] : [],
  );
}
