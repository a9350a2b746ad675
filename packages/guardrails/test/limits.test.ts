import { describe, expect, test } from 'vitest';
import { balancedFences, citesSources, lengthLimit, sentenceLimit } from '../src/index.js';
import { failingUnit, stream, whole } from './support/drive.js';

describe('lengthLimit', () => {
  test('counts code points, and fails at the first one too many', async () => {
    const guardrail = lengthLimit({ maxCharacters: 3, borders: 'none' });
    expect(await failingUnit(guardrail, '😀😀😀')).toBe(0);
    expect(await failingUnit(guardrail, '😀😀😀a')).toBe(7);
    expect(await whole(guardrail, 'abcd')).toBe('It has more than 3 characters.');
  });

  test('counts words, and fails at the first letter of one too many', async () => {
    expect(await failingUnit(lengthLimit({ maxWords: 2, borders: 'none' }), ' one  two\nthree')).toBe(11);
  });

  test('a border is one character between chunks, and none after the last', async () => {
    expect((await stream(lengthLimit({ maxCharacters: 5 }), ['ab', 'cd'])).last).toBe('pass');
    expect((await stream(lengthLimit({ maxCharacters: 4 }), ['ab', 'cd'])).failedAt).toBe(1);
    expect((await stream(lengthLimit({ maxCharacters: 4, borders: 'none' }), ['ab', 'cd'])).last).toBe(
      'pass',
    );
  });

  test('what is too short may yet grow, and fails as a whole', async () => {
    const guardrail = lengthLimit({ minWords: 2, minCharacters: 4 });
    expect((await stream(guardrail, ['one'])).last).toBe('unknown');
    expect((await stream(guardrail, ['one', 'two'])).last).toBe('pass');
    expect(await whole(guardrail, 'one')).toBe('It has 3 characters; at least 4 are asked for.');
    expect(guardrail.description).toBe('have at least 4 characters and at least 2 words');
  });

  test('says what is wrong with its settings', () => {
    expect(() => lengthLimit({})).toThrow(/needs one of minCharacters/);
    expect(() => lengthLimit({ maxWords: -1 })).toThrow(
      /maxWords must be a whole number from 0 up, got number -1/,
    );
    expect(() => lengthLimit({ minWords: 3, maxWords: 2 })).toThrow(
      /minWords must be at most maxWords, got 3 and 2/,
    );
  });
});

describe('sentenceLimit', () => {
  test.each([
    ['One. Two.', 0],
    ['One. Two. T', 11],
    ['Is it? "Yes." No.', 15],
    ['1.5 is a number. So is 2.5.', 0],
    ['Wait... what?! Yes', 16],
    ['一。二！三', 5],
    ['「一。」二。', 0],
    ['  One.\n\nTwo.\n\n', 0],
  ])('%j fails at %i of at most two', async (text, unit) => {
    expect(await failingUnit(sentenceLimit(2, { borders: 'none' }), text)).toBe(unit);
  });

  test('sentences in chunks count as in one text', async () => {
    expect((await stream(sentenceLimit(2), ['One.', 'Two.', 'Three.'])).failedAt).toBe(2);
    expect((await stream(sentenceLimit(1), ['One', 'sentence.'])).last).toBe('pass');
  });

  test('says what is wrong with its setting', () => {
    expect(() => sentenceLimit(0)).toThrow(/max must be a whole number from 1 up, got number 0/);
  });
});

describe('citesSources', () => {
  test.each([
    ['It is so [1].', null],
    ['It is so [1, 2].', null],
    ['It is so.', 'It cites 0 of the sources; at least 1 are asked for.'],
    ['It is so [sic] [1].', null],
    ['It is so [1], and so [7].', 'It cites a source that was not given.'],
    ['It is so [[1].', null],
    ['A [link](url) and [1]', null],
  ])('%j: %j', async (text, reason) => {
    expect(await whole(citesSources(['1', '2', '3']), text)).toBe(reason);
  });

  test('an invented source fails where the citation closes', async () => {
    const guardrail = citesSources(['doc-1', 'doc-2'], '(source: {id})', { borders: 'none' });
    expect(await failingUnit(guardrail, 'So (source: doc-9) it is')).toBe(18);
    expect(await whole(citesSources(['1'], '[{id}]', { invented: 'ignore' }), '[7] [1]')).toBeNull();
  });

  test('marks of one kind on both sides', async () => {
    expect(await whole(citesSources(['a'], '^{id}^'), 'so^a^')).toBeNull();
  });

  test('without a citation it is unknown', async () => {
    expect((await stream(citesSources(['1']), ['So.'])).last).toBe('unknown');
    expect((await stream(citesSources(['1']), ['So.', 'So [1].'])).last).toBe('pass');
  });

  test('says what is wrong with its settings', () => {
    expect(() => citesSources(['1'], '{id}')).toThrow(/pattern must have \{id\} between two texts/);
    expect(() => citesSources([])).toThrow(/ids must be a list of at least one text, got an empty list/);
  });
});

describe('balancedFences', () => {
  test.each([
    ['```js\nx\n```', true],
    ['```js\nx', false],
    ['~~~\n```\n~~~\n', true],
    ['````\n```\n````', true],
    ['````\n```', false],
    ['   ```\nx\n```', true],
    ['    ```', true],
    ['text ```', true],
    ['```\nx\n``` js', false],
    ['```a`b', true],
    ['~~~ a`b~\n~~~  \n', true],
    ['```\r\nx\r\n```\r\n', true],
  ])('%j: %j', async (text, isBalanced) => {
    const reason = await whole(balancedFences(), text);
    expect(reason).toBe(isBalanced ? null : 'A fenced code block is not closed.');
    expect((await stream(balancedFences(), [text])).last).toBe(isBalanced ? 'pass' : 'unknown');
  });
});
