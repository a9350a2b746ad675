import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Joint } from '../src/joint.js';

function join(kept: string, deltas: readonly string[], separator = ' '): string {
  const joint = new Joint({ kept, separator, exact: false });
  const passed = [...deltas.map((delta) => joint.push(delta)), joint.end()].join('');
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
      expect([joint.push(''), joint.push(delta), joint.end()].join('')).toBe(wanted.slice(9));
      expect(joint.text).toBe(wanted);
    },
  );

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

  it('compares each character with at most the reach, however long the texts', () => {
    const joint = new Joint({ kept: 'a '.repeat(50_000), separator: '', exact: false });
    expect(joint.candidates.length).toBeLessThanOrEqual(257);
    for (const character of 'b '.repeat(10)) joint.push(character);
    expect(joint.decided).toBe(true);
  });
});
