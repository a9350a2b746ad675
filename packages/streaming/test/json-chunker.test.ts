import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonChunker } from '../src/index.js';
import { drive, pieces, texts } from './drive-chunker.js';

const values = (path: string | undefined, text: string): string[] => {
  const { pushed, flushed } = drive(new JsonChunker({ path }), text.split(''));
  return texts([...pushed, ...flushed]);
};

describe('json', () => {
  it.each<[what: string, path: string | undefined, text: string, values: string[]]>([
    ['items', undefined, ' [1, "a,]", {"b": [2]}, [ ], null ]', ['1', '"a,]"', '{"b": [2]}', '[ ]', 'null']],
    ['members', undefined, '{"a": 1, "b" : "c" ,"d":{}}', ['1', '"c"', '{}']],
    ['a member', '/a/b', '{"b": 0, "a": {"a": 1, "b": {"b": 2}}, "c": {"b": 3}}', ['{"b": 2}']],
    [
      'items of a member',
      '/items/*',
      '{"n": [0], "items": [1, {"items": [2]}], "m": 3}',
      ['1', '{"items": [2]}'],
    ],
    ['a field of each item', '/*/id', '[{"id": 1, "x": 2}, {"x": {"id": 3}}, {"id": "4"}]', ['1', '"4"']],
    ['an item', '/1', '[1, 2, 3]', ['2']],
    ['the whole', '', 'x', ['x']],
    ['documents in lines', '', '{"a": 1}\n[2]\n"3"\n', ['{"a": 1}', '[2]', '"3"']],
    ['keys with escapes', '/a~1b/\u00e9"', '{"a/b": {"\\u00e9\\"": 1}}', ['1']],
    ['an empty key', '/', '{"": 1, "a": 2}', ['1']],
    ['escaped quotation marks', undefined, '["a\\"]", "\\\\", 1]', ['"a\\"]"', '"\\\\"', '1']],
    ['a fence around', undefined, 'Sure:\n```json\n[1, 2]\n```\nBye', ['1', '2']],
    ['what breaks off', '/*', '[1, {"a": "b', ['1', '{"a": "b']],
    ['brackets that do not match', '/*', ']}[1}, [2', ['1', '2']],
  ])('%s', (_, path, text, expected) => {
    expect(values(path, text)).toEqual(expected);
  });

  it('releases a value with its last character', () => {
    const chunker = new JsonChunker().start();
    expect(chunker.push('[{"a": 1')).toEqual([]);
    expect(chunker.push('}')).toEqual([{ text: '{"a": 1}', start: 1, end: 9 }]);
    expect(chunker.push(', 12')).toEqual([]);
    expect(chunker.push(']')).toEqual([{ text: '12', start: 11, end: 13 }]);
  });

  it('finds the items of any array, in any form', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.nat(3),
        fc.integer({ min: 1, max: 9 }),
        (items, indent, length) => {
          const { pushed, flushed } = drive(
            new JsonChunker(),
            pieces(JSON.stringify(items, null, indent), length),
          );
          expect(flushed).toEqual([]);
          expect(pushed.map(({ text }) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(items)));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each(['items', 'a/b', 7 as unknown as string])('a path must be a pointer, not %j', (path) => {
    expect(() => new JsonChunker({ path })).toThrow(
      /^path must be empty or a JSON pointer such as '\/items\/\*', got /,
    );
  });
});
