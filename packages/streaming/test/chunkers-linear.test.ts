import { describe, expect, it } from 'vitest';
import { chunkingByName } from '../src/chunkers/chunking-names.js';
import type { ChunkingStrategy } from '../src/chunkers/chunking-strategy.js';
import { CodeChunker, FixedChunker, JsonChunker, LineChunker, RegexpChunker } from '../src/index.js';
import { charactersRead } from './character-meter.js';
import { drive, pieces } from './drive-chunker.js';

interface Costly {
  strategy: ChunkingStrategy;
  /** What it cuts often. */
  usual: string;
  /** What it never cuts, or cuts late, repeated. */
  endless: string[];
  /** How often a character may be read; the meter counts a copy twice, and each look at it once more. */
  looks: number;
}

const prose =
  'Every peer has equal work to do. Dr. Who said "Is it so?" at 3.15 p.m. on a small machine.\n\n';
// biome-ignore lint/suspicious/noTemplateCurlyInString: code that is cut
const code = 'function f(a) {\n  return `${a}` + "}"; // done\n}\n\nconst x = /[/]/;\n';

const chunkers: Record<string, Costly> = {
  'intl-sentence': {
    strategy: chunkingByName('intl-sentence'),
    usual: prose,
    endless: ['x', 'a.b', '. 1', 'z. B. '],
    looks: 48,
  },
  'intl-word': {
    strategy: chunkingByName('intl-word'),
    usual: prose,
    endless: ['x', '我', "a'", '\ud83d'],
    looks: 48,
  },
  grapheme: {
    strategy: chunkingByName('grapheme'),
    usual: prose,
    endless: ['\u0301', '👩‍', '🇩', 'é'],
    looks: 48,
  },
  line: { strategy: new LineChunker(), usual: prose, endless: ['x', '\n'], looks: 4 },
  markdown: {
    strategy: chunkingByName('markdown'),
    usual: `# A\n${prose}\`\`\`ts\n${code}\`\`\`\n|a|\n`,
    endless: ['x', '`', ' ', '> ', '- 1. ', 'x\n', '\n', '```\n```x\n'],
    looks: 14,
  },
  code: {
    strategy: new CodeChunker({ language: 'ts' }),
    usual: code,
    endless: ['x', '{', '(/', '`${', '/*', '"', '//\n', 'x,\n', '[\n', ' ', '/[', "'\\"],
    looks: 26,
  },
  python: {
    strategy: new CodeChunker({ language: 'python' }),
    usual: 'def f(a):\n  return [a, "#"]\n\n# g\nx = {\n}\n',
    endless: ['x', '(', '"', '"""', "'", '#', '# x\n', ' x\n', '\\\n', '@a\n'],
    looks: 26,
  },
  json: {
    strategy: new JsonChunker({ path: '/*' }),
    usual: '[{"a": "b\\"", "c": [1, 2]}, 3, ',
    endless: ['x', '"', '[', '\\"', '{"', '"a":'],
    looks: 8,
  },
  regexp: {
    strategy: new RegexpChunker({ separator: /\n{2,}|(?<=[.!?])\s+/ }),
    usual: prose,
    endless: ['x', '\n', '. '],
    looks: 150, // twice its reach, and what the meter adds for a copy
  },
  fixed: { strategy: new FixedChunker({ size: 7 }), usual: prose, endless: ['\ud83d', '\ude00'], looks: 4 },
  delta: { strategy: chunkingByName('delta'), usual: prose, endless: ['\ud83d'], looks: 4 },
};

function cost(strategy: ChunkingStrategy, unit: string, length: number, deltaLength: number): number {
  const text = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  const deltas = pieces(text, deltaLength);
  return charactersRead(() => drive(strategy, deltas), Number.POSITIVE_INFINITY);
}

describe.each(Object.entries(chunkers))(
  '%s looks at each character a few times',
  (_, { strategy, usual, endless, looks }) => {
    it('in 200,000 characters of what it is for', () => {
      expect(cost(strategy, usual, 200_000, 200)).toBeLessThanOrEqual(looks * 200_000);
    });

    it.each(endless)('in 200,000 characters of nothing but %j', (unit) => {
      expect(cost(strategy, unit, 200_000, 1_000)).toBeLessThanOrEqual(looks * 200_000);
    });

    it.each([usual, ...endless])('one by one, of %j', (unit) => {
      const once = cost(strategy, unit, 10_000, 1);
      const twice = cost(strategy, unit, 20_000, 1);
      expect(twice).toBeLessThanOrEqual(looks * 20_000);
      expect(twice).toBeLessThan(once * 2.5);
    });
  },
);

it('a hostile pattern costs no more in a longer text than the text is longer', () => {
  let steps = 0;
  const strategy = new RegexpChunker({ separator: /(?:a|aa)+b/, reach: 12 });
  const { exec } = RegExp.prototype;
  const asked = (length: number): number => {
    steps = 0;
    RegExp.prototype.exec = function (text: string) {
      steps += 1;
      expect(text.length).toBeLessThanOrEqual(24);
      return exec.call(this, text);
    };
    try {
      drive(strategy, pieces('a'.repeat(length), 3));
    } finally {
      RegExp.prototype.exec = exec;
    }
    return steps;
  };
  expect(asked(1_000)).toBe(1_000);
  expect(asked(2_000)).toBe(2_000);
});
