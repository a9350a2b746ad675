import { SentenceChunker } from '@melliflow/streaming';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaxSentences } from '../src/index.js';
import { chunkings, cutTexts, streamOf, verdictOn } from './support/stream-of.js';

const story = ['One came. "Two', ' came!" Th', 'ree came.\n\nFour came.'];

function count(text: string): number {
  const chunker = new SentenceChunker().start();
  return chunker.push(text).length + chunker.flush().length;
}

describe('MaxSentences', () => {
  it.each([
    ['sentence', 'One came. "Two came!"'],
    ['word', 'One came. "Two came!"'],
    ['paragraph', ''],
  ] as const)('stops a stream of %ss before the sentence too many', async (chunking, shown) => {
    const result = await streamOf(story, new MaxSentences(2), chunking);
    expect(result.fullText).toBe(shown);
    expect(result.completed).toBe(false);
    expect(result.streamingFailures.map(([, { reason }]) => reason)).toEqual([
      'The text would have 3 sentences; the limit is 2.',
    ]);
  });

  it('lets a text through that has just as many', async () => {
    const result = await streamOf(story, new MaxSentences(4), 'sentence');
    expect(result.completed).toBe(true);
    expect(result.finalValidations.map((verdict) => verdict.asBool())).toEqual([true]);
  });

  it.each(chunkings)(
    'agrees with the count of the whole text, whatever the deltas (%s)',
    async (chunking) => {
      const units = ['One', 'two ', 'so.', '!', '"', ')', ' ', '. ', '\n\n', '\t', '\u0085', '3.5'];
      await fc.assert(
        fc.asyncProperty(cutTexts(units), fc.integer({ min: 1, max: 4 }), async ({ text, deltas }, limit) => {
          const result = await streamOf(deltas, new MaxSentences(limit), chunking);
          expect(result.completed).toBe(count(text) <= limit);
          expect(count(result.fullText)).toBeLessThanOrEqual(limit);
          expect(result.finalValidations.every((verdict) => verdict.asBool())).toBe(true);
        }),
        { numRuns: 400 },
      );
    },
  );

  it('checks a whole text by itself, without asking a model', async () => {
    const verdict = await verdictOn('One. Two.', new MaxSentences(1));
    expect(verdict.asBool()).toBe(false);
    expect(verdict.reason).toBe('The text has 2 sentences; the limit is 1.');
  });

  it('begins anew in each clone', () => {
    const requirement = new MaxSentences(1);
    const first = requirement.clone();
    expect([first.streamValidate('One.').success, first.streamValidate('Two.').success]).toEqual([
      'pass',
      'fail',
    ]);
    expect(requirement.clone().streamValidate('One.').success).toBe('pass');
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a limit of %s', (limit) => {
    expect(() => new MaxSentences(limit)).toThrow(
      new TypeError(`MaxSentences: limit must be a whole number from 1 up, got ${limit}.`),
    );
  });
});
