import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Joint } from '../src/joint.js';

function join(kept: string, deltas: readonly string[], separator = ' '): string {
  const joint = new Joint({ kept, separator, exact: false });
  const passed = [...deltas.map((delta) => joint.push(delta)), joint.finish()].join('');
  expect(joint.text).toBe(kept + passed);
  return joint.text;
}

const cut = (text: string, sizes: readonly number[]): string[] => {
  const deltas: string[] = [];
  for (let at = 0, i = 0; at < text.length; i += 1) {
    const size = sizes[i % sizes.length] as number;
    deltas.push(text.slice(at, at + size));
    at += size;
  }
  return deltas;
};

describe('a continuation behind the kept text', () => {
  it.each([
    ['goes on', 'One. Two.', ' Three.', 'One. Two. Three.'],
    ['goes on without white space', 'One. Two.', 'Three.', 'One. Two. Three.'],
    [
      'says the last sentence again',
      'One here. Two there.',
      'Two there. Three.',
      'One here. Two there. Three.',
    ],
    ['says all from the beginning', 'One. Two.', 'One. Two. Three.', 'One. Two. Three.'],
    ['says all again and nothing more', 'One. Two.', 'One. Two.', 'One. Two.'],
    ['says nothing', 'One. Two.', '', 'One. Two.'],
    ['begins with a letter that stood last', 'the', 'elephant', 'the elephant'],
    [
      'begins like the last sentence, and is another',
      'A dog sat here.',
      'A dog sat there.',
      'A dog sat here. A dog sat there.',
    ],
    ['goes on with a mark that hangs on the word', 'Hello', ', dear.', 'Hello, dear.'],
    ['closes a parenthesis', 'Bread (fresh', ') is here.', 'Bread (fresh) is here.'],
    ['opens one', 'Bread', '(fresh) is here.', 'Bread (fresh) is here.'],
    ['says all again after a blank line', 'One. Two.', '\n\nOne. Two. Three.', 'One. Two. Three.'],
    [
      'says it again with other white space',
      '# One\n\nTwo here.',
      '# One\nTwo here.\nThree.',
      '# One\n\nTwo here.\nThree.',
    ],
    [
      'says half of the last sentence again',
      'One. Two there is a dog.',
      'is a dog. Three.',
      'One. Two there is a dog. Three.',
    ],
    ['laughs on', 'ha ha ha', 'ha ha!', 'ha ha ha ha ha!'],
    ['says a short word that begins like it', 'The', 'Then what?', 'The Then what?'],
    ['begins with an emoji', 'Hi 👋', '👋🏽 again.', 'Hi 👋 👋🏽 again.'],
    ['says an emoji again', 'Hi there 👋 friends 👋', 'friends 👋 Bye.', 'Hi there 👋 friends 👋 Bye.'],
    ['goes on in a list', '- one item', '- two items', '- one item - two items'],
  ])('%s', (_, kept, continuation, wanted) => {
    for (const size of [1, 3, 1000]) expect(join(kept, cut(continuation, [size]))).toBe(wanted);
  });

  it.each([
    [' Two.', 'One here. Two.'],
    ['Two.', 'One here. Two.'],
    ['One here.', 'One here. One here.'],
  ])(
    'behind the very text nothing is searched, but swallowed white space is put back: %j',
    (delta, wanted) => {
      const joint = new Joint({ kept: 'One here.', separator: ' ', exact: true });
      expect([joint.push(''), joint.push(delta), joint.finish()].join('')).toBe(wanted.slice(9));
      expect(joint.text).toBe(wanted);
    },
  );

  it.each([
    [
      'a sentence of Chinese',
      '你好世界。今天天气很好。',
      '今天天气很好。明天下雨。',
      '',
      '你好世界。今天天气很好。明天下雨。',
    ],
    [
      'half of one',
      '你好世界。今天天气很好。',
      '天气很好。明天下雨。',
      '',
      '你好世界。今天天气很好。明天下雨。',
    ],
    ['nothing, in Chinese', '你好世界。', '今天天气很好。', '', '你好世界。今天天气很好。'],
    ['the white space that the text ends in', 'One. ', ' Two.', '', 'One. Two.'],
    ['the last sentence, behind white space', 'One here. ', 'One here. Two.', '', 'One here. Two.'],
    ['a blank line', '# Title\n\n', '\n\nText.', '', '# Title\n\nText.'],
    ['no indentation', 'def f():\n', '    return 1', '', 'def f():\n    return 1'],
    [
      'a line of code',
      'let a = 1;\nlet b = 2;',
      'let b = 2;\nlet c = 3;',
      '\n',
      'let a = 1;\nlet b = 2;\nlet c = 3;',
    ],
    ['a word that was cut', 'The grey eleph', 'grey elephant', '', 'The grey elephant'],
    ['a mark on a line of its own', 'f(\n  a,\n  b', ')', '\n', 'f(\n  a,\n  b\n)'],
    [
      'a long paragraph',
      `One. ${'many words '.repeat(90)}end.`,
      `${'many words '.repeat(90)}end. Next.`,
      ' ',
      `One. ${'many words '.repeat(90)}end. Next.`,
    ],
  ])('a model that repeats %s', (_, kept, continuation, separator, wanted) => {
    for (const size of [1, 3, 1000]) expect(join(kept, cut(continuation, [size]), separator)).toBe(wanted);
  });

  it('behind the very text, what the model says of white space stands', () => {
    const joint = new Joint({ kept: 'class A:\n    ', separator: '', exact: true });
    expect(joint.push('    def f')).toBe('    def f');
  });

  it('what hangs on the word gets no space, also behind the very text', () => {
    const joint = new Joint({ kept: 'Hello', separator: ' ', exact: true });
    expect(joint.push(', dear')).toBe(', dear');
  });

  it('where nothing stood between, nothing is put', () => {
    const joint = new Joint({ kept: 'there', separator: '', exact: true });
    joint.push('fore');
    expect(joint.text).toBe('therefore');
  });

  it('property: whatever word it begins to repeat from, in any cutting, the kept text stands once', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{9,12}$/), { minLength: 2, maxLength: 60 });
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(
        fc.uniqueArray(
          words.map((w) => w.join(' ')),
          { minLength: 2, maxLength: 2 },
        ),
        fc.nat(),
        sizes,
        (texts, pick, s) => {
          const [kept, rest] = texts as [string, string];
          const near = kept.split(' ').slice(-20);
          const again = near.slice(pick % near.length).join(' ');
          expect(join(kept, cut(`${again} ${rest}`, s))).toBe(`${kept} ${rest}`);
        },
      ),
    );
  });

  it('property: in Chinese, from whatever character it begins to repeat, the kept text stands once', () => {
    const clause = fc.stringMatching(/^[\u4e00-\u9fa5]{5,9}$/);
    const clauses = fc.uniqueArray(clause, { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(clauses, clause, fc.nat(), fc.integer({ min: 1, max: 9 }), (kept, next, pick, size) => {
        const text = kept.map((one) => `${one}。`).join('');
        const again = text.slice(pick % (text.length - 4));
        const space = pick % 2 === 0 ? '' : '\n';
        expect(join(text, cut(`${space}${again}${next}。`, [size]), '')).toBe(`${text}${next}。`);
      }),
      { numRuns: 300 },
    );
  });

  it('compares each character with at most the reach, however long the texts', () => {
    const joint = new Joint({ kept: 'a '.repeat(50_000), separator: '', exact: false });
    expect(joint.candidates.length).toBeLessThanOrEqual(2049);
    for (const character of 'b '.repeat(10)) joint.push(character);
    expect(joint.decided).toBe(true);
  });

  it('a long answer that is said again, and much white space, in small pieces', () => {
    const kept = 'One of many sentences. '.repeat(20_000);
    const joint = new Joint({ kept, separator: '', exact: false });
    let passed = '';
    for (const delta of cut(`${kept}${' '.repeat(300_000)}Two.`, [3])) passed += joint.push(delta);
    expect(passed.trim()).toBe('Two.');
    expect(joint.text).toBe(kept + passed);
  });
});
