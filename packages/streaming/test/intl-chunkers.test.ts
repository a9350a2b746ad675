import { describe, expect, it } from 'vitest';
import { GraphemeChunker, IntlSentenceChunker, IntlWordChunker } from '../src/index.js';
import { drive, texts } from './drive-chunker.js';

const all = (...given: Parameters<typeof drive>): string[] => {
  const { pushed, flushed } = drive(...given);
  return texts([...pushed, ...flushed]);
};

describe('intl-sentence', () => {
  it.each<[what: string, locale: string, text: string, sentences: string[]]>([
    [
      'German abbreviations and ordinals',
      'de',
      'Dr. Ott kam am 3. Oktober, z. B. nach Köln, bzw. Bonn. „Ja!“ Sagte er usw. Dann ging er.',
      ['Dr. Ott kam am 3. Oktober, z. B. nach Köln, bzw. Bonn.', '„Ja!“', 'Sagte er usw.', 'Dann ging er.'],
    ],
    [
      'English abbreviations and initials',
      'en',
      'Mr. J. R. Smith left the U.S. on Monday at 3.15, cf. Fig. 2. So did I. He said "no." Why?',
      ['Mr. J. R. Smith left the U.S. on Monday at 3.15, cf. Fig. 2.', 'So did I.', 'He said "no."', 'Why?'],
    ],
    ['French', 'fr-CA', 'M. Roy et Mme. Roy sont là. Bien !', ['M. Roy et Mme. Roy sont là.', 'Bien !']],
    ['Spanish', 'es', '¿Qué? La Sra. Díaz. ¡Vaya!', ['¿Qué?', 'La Sra. Díaz.', '¡Vaya!']],
    [
      'Chinese',
      'zh',
      '你好。今天天气很好！我们去吧？好。',
      ['你好。', '今天天气很好！', '我们去吧？', '好。'],
    ],
    [
      'Japanese',
      'ja',
      'はい。「そう。」『うん。』次です。',
      ['はい。', '「そう。」', '『うん。』', '次です。'],
    ],
    ['Thai, by lines', 'th', 'สวัสดีครับ ผมชื่อจอห์น\nยินดีครับ', ['สวัสดีครับ ผมชื่อจอห์น', 'ยินดีครับ']],
    ['Greek questions', 'el', 'Τι κάνεις; Καλά.', ['Τι κάνεις;', 'Καλά.']],
    ['Arabic', 'ar', 'كيف حالك؟ بخير.', ['كيف حالك؟', 'بخير.']],
    ['line ends', 'en', ' One line\r\nanother\n\n Dr.\nWho ', ['One line', 'another', 'Dr.', 'Who']],
    [
      'lower case that goes on',
      'en',
      'It costs 3 etc. 12 and more. Yes.',
      ['It costs 3 etc. 12 and more.', 'Yes.'],
    ],
    ['a mark on a space', 'en', ' \u0301ab. B', [' \u0301ab.', 'B']],
  ])('%s', (_, locale, text, sentences) => {
    const chunker = new IntlSentenceChunker({ locale });
    expect(all(chunker, [text])).toEqual(sentences);
    expect(all(chunker, text.split(''))).toEqual(sentences);
  });

  it('releases a sentence with the first letter of the next one', () => {
    const chunker = new IntlSentenceChunker().start();
    expect(chunker.push('It is late')).toEqual([]);
    expect(chunker.push('. ')).toEqual([]);
    expect(chunker.push('"')).toEqual([]);
    expect(chunker.push('G')).toEqual([{ text: 'It is late.', start: 0, end: 11 }]);
  });

  it('takes abbreviations of one’s own, in any case, with or without the full stop', () => {
    const chunker = new IntlSentenceChunker({ abbreviations: ['Bspw.', 'abk'] });
    expect(all(chunker, ['Es ist bspw. Gut. Die Abk. Hier. Da.'])).toEqual([
      'Es ist bspw. Gut.',
      'Die Abk. Hier.',
      'Da.',
    ]);
  });

  it('says what a setting must be', () => {
    expect(() => new IntlSentenceChunker({ abbreviations: [1 as unknown as string] })).toThrow(
      "abbreviations[0] must be a string such as 'approx.', got number.",
    );
    expect(() => new IntlSentenceChunker({ locale: 'not a tag' }).start()).toThrow(
      "locale must be a language tag such as 'en' or 'de-AT', got \"not a tag\".",
    );
  });
});

describe('intl-word', () => {
  it.each<[what: string, locale: string, text: string, words: string[]]>([
    ['English', 'en', "I can't, at 3.14 e.g.", ['I', "can't", ',', 'at', '3.14', 'e.g', '.']],
    ['Chinese', 'zh', '我们今天去北京，你好。', ['我们', '今天', '去', '北京', '，', '你好', '。']],
    ['Japanese', 'ja', '東京に行きます。', ['東京', 'に', '行き', 'ます', '。']],
    ['Thai', 'th', 'สวัสดีครับ ผม', ['สวัสดี', 'ครับ', 'ผม']],
  ])('%s', (_, locale, text, words) => {
    const chunker = new IntlWordChunker({ locale });
    expect(all(chunker, [text])).toEqual(words);
    expect(all(chunker, text.split(''))).toEqual(words);
  });

  it('releases a word once the segment after it is whole, and a dictionary run when it has ended', () => {
    const chunker = new IntlWordChunker().start();
    expect(chunker.push('can')).toEqual([]);
    expect(chunker.push("'")).toEqual([]);
    expect(texts(chunker.push('t go '))).toEqual(["can't"]);
    expect(texts(chunker.push('สวัสดีครับ'))).toEqual(['go']);
    expect(texts(chunker.push('ผม'))).toEqual([]);
    expect(texts(chunker.push('. x'))).toEqual(['สวัสดี', 'ครับ', 'ผม', '.']);
  });
});

describe('grapheme', () => {
  it('keeps emoji, accents, syllables and flags whole, whatever the deltas', () => {
    const parts = ['👩‍👩‍👧', 'e\u0301', '\r\n', '🇩🇪', '🇫🇷', '\u1112\u1161\u11ab', 'क्षि', ' ', '\ud83d'];
    expect(all(new GraphemeChunker(), parts.join('').split(''))).toEqual(parts);
  });

  it('is there in every runtime of today; where it is not, the error says so', () => {
    const { Segmenter } = Intl;
    Object.defineProperty(Intl, 'Segmenter', { value: undefined, configurable: true, writable: true });
    try {
      expect(() => new GraphemeChunker().start()).toThrow(
        /no Intl\.Segmenter; use a chunker that needs none/,
      );
    } finally {
      Object.defineProperty(Intl, 'Segmenter', { value: Segmenter, configurable: true, writable: true });
    }
  });
});
