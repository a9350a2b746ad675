import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForbidWords } from '../src/index.js';
import { chunkings, cutTexts, streamOf, verdictOn } from './support/stream-of.js';

const verdict = (words: string[], ...chunks: string[]): string | undefined => {
  const requirement = new ForbidWords(words).clone();
  return chunks.map((chunk) => requirement.streamValidate(chunk).success).at(-1);
};

describe('ForbidWords', () => {
  it.each([
    ['robot', 'A Robot came.', 'fail'],
    ['robot', "The robot's hat.", 'fail'],
    ['robot', 'Robotics is fun, and so are robots and robot_x.', 'pass'],
    ['art', 'Start the cart.', 'pass'],
    ['ärger', 'Kein ÄRGER!', 'fail'],
    ['rger', 'Kein Ärger!', 'pass'],
    ['cafe\u0301', 'Le Café.', 'fail'],
    ['café', 'Le cafe\u0301.', 'fail'],
    ['cafe', 'Le cafe\u0301.', 'pass'],
    ['робот', 'Это Робот.', 'fail'],
    ['робот', 'Это роботы.', 'pass'],
    ['机器人', '我喜欢机器人故事。', 'fail'],
    ['robot', '我的robot很好。', 'fail'],
    ['หุ่นยนต์', 'ฉันมีหุ่นยนต์ตัวหนึ่ง', 'fail'],
    ['C++', 'I like C++.', 'fail'],
    ['C++', 'I like C.', 'pass'],
    ['a.b', 'axb', 'pass'],
    ['$', 'It costs 5$ now.', 'fail'],
    ['big  smile', 'A big\nsmile.', 'fail'],
    ['big smile', 'A big, smile.', 'pass'],
  ])('looks for %j in %j: %s', (word, text, expected) => {
    expect(verdict([word], text)).toBe(expected);
  });

  it('finds a phrase across chunks, however many it spans', () => {
    expect(verdict(['the very end'], 'This is the', 'very', 'end.')).toBe('fail');
    expect(verdict(['the very end'], 'This is the', 'end.')).toBe('pass');
    expect(verdict(['one. Two'], 'This is one.', 'Two is next.')).toBe('fail');
  });

  it('keeps no more of the text than a phrase can reach back', () => {
    const requirement = new ForbidWords(['robot', 'the very end']).clone();
    requirement.streamValidate('a b c d e f');
    expect(requirement._tail).toEqual(['e', 'f']);
  });

  it('names the words as they were given and nothing of the text', async () => {
    const words = ['ROBOT', 'unseen', 'drum'];
    const result = await streamOf(
      ['One came. ', 'A secret robot with a drum. '],
      new ForbidWords(words),
      'sentence',
    );
    expect(result.streamingFailures.map(([, { reason }]) => reason)).toEqual(['Forbidden: "ROBOT", "drum".']);
    expect(result.fullText).toBe('One came.');
  });

  it.each(chunkings)('never lets one through, and nothing else stops the stream (%s)', async (chunking) => {
    const units = [
      'red',
      'Bad',
      'bad',
      'end',
      's',
      'the',
      ' ',
      ' ',
      ' ',
      '\n',
      '\n\n',
      '. ',
      '!',
      '"',
      '-',
      '\u0085',
      '😀',
    ];
    // Told in another way than the requirement looks for it.
    const forbidden = /(?:^|[^a-z])(?:bad|the[\s\u0085]+end)(?![a-z])/i;
    await fc.assert(
      fc.asyncProperty(cutTexts(units), async ({ text, deltas }) => {
        const result = await streamOf(deltas, new ForbidWords(['bad', 'The end']), chunking);
        expect(result.fullText).not.toMatch(forbidden);
        expect(result.completed).toBe(!forbidden.test(text));
        expect(result.finalValidations.every((final) => final.asBool())).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('checks a whole text by itself, without asking a model', async () => {
    const found = await verdictOn('The\n end', new ForbidWords(['the end']));
    expect([found.asBool(), found.reason]).toEqual([false, 'Forbidden: "the end".']);
    expect((await verdictOn('The ending', new ForbidWords(['the end']))).asBool()).toBe(true);
  });

  it('refuses a list without words', () => {
    expect(() => new ForbidWords([])).toThrow('ForbidWords: words must hold at least one word, got none.');
    expect(() => new ForbidWords(['a', ' '])).toThrow(
      'ForbidWords: words[1] must be a word or a phrase, got string " ".',
    );
  });
});
