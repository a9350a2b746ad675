import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonReader } from '../src/json-reader.js';

const cut = (text: string, size: number): string[] => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];

describe('the reader', () => {
  it('property: any JSON in any cutting comes to what JSON.parse gives, and grows on the way', () => {
    const spaces = fc.constantFrom(undefined, 1, '\t');
    fc.assert(
      fc.property(fc.jsonValue(), spaces, fc.integer({ min: 1, max: 7 }), (value, indent, size) => {
        const text = JSON.stringify(value, null, indent);
        const reader = new JsonReader();
        for (const delta of cut(text, size)) reader.write(delta);
        reader.end();
        expect([reader.broken, reader.expected]).toEqual([false, 'nothing']);
        expect(reader.value).toEqual(JSON.parse(text));
        expect(JSON.stringify(reader.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 500 },
    );
  });

  it('property: it says no exactly where JSON.parse does', () => {
    const noise = fc.constantFrom(
      '',
      ',',
      '}',
      ']',
      '"',
      '\\',
      '\\u12',
      '\\q',
      '0',
      '-',
      '.',
      'e',
      'tru',
      ' ',
      ':',
      '\u0001',
      '{',
      '[',
    );
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 2 }),
        noise,
        fc.nat(),
        fc.nat({ max: 3 }),
        (value, put, at, gone) => {
          const whole = JSON.stringify(value);
          const place = at % (whole.length + 1);
          const text = whole.slice(0, place) + put + whole.slice(place + gone);
          const reader = new JsonReader();
          for (const delta of cut(text, 2)) reader.write(delta);
          reader.end();
          let isJson = true;
          try {
            JSON.parse(text);
          } catch {
            isJson = false;
          }
          expect(!reader.broken && reader.expected === 'nothing', text).toBe(isJson);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('property: whatever the cutting, strings grow by whole characters, and come to what JSON.parse gives', () => {
    const halves = fc.constantFrom(
      '\\ud83d',
      '\\ude00',
      '\\ud83d\\ude00',
      '😀',
      'é',
      '\\n',
      '\\u0041',
      'a',
      '\\"',
    );
    fc.assert(
      fc.property(fc.array(halves, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (parts, size) => {
        const text = `{"k": "${parts.join('')}"}`;
        const reader = new JsonReader();
        const whole = JSON.parse(text) as { k: string };
        for (const delta of cut(text, size)) {
          reader.write(delta);
          const { k = '' } = (reader.value ?? {}) as { k?: string };
          expect(whole.k.startsWith(k)).toBe(true);
          const cutsPair = /[\ud800-\udbff]$/.test(k) && /^[\udc00-\udfff]/.test(whole.k.slice(k.length));
          expect(cutsPair).toBe(false);
        }
        expect(reader.value).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('a second member of a name replaces the first, as in JSON.parse', () => {
    const reader = new JsonReader();
    for (const delta of cut('{"a": {"b": [1, 2]}, "a": {"c": 3}}', 2)) reader.write(delta);
    expect(reader.value).toEqual({ a: { c: 3 } });
  });

  it('a member called __proto__ is a member, not a prototype', () => {
    const reader = new JsonReader();
    reader.write('{"__proto__": {"admin": true}}');
    expect(Object.keys(reader.value as object)).toEqual(['__proto__']);
    expect((reader.value as { admin?: boolean }).admin).toBeUndefined();
  });

  it('looks at each character once, and changes its value at most once per delta and value', () => {
    let used = 0;
    class Metered extends JsonReader {
      override between(character: string): number {
        const count = super.between(character);
        used += count;
        return count;
      }
      override inLiteral(character: string): number {
        const count = super.inLiteral(character);
        used += count;
        return count;
      }
      override inEscape(character: string): number {
        used += 1;
        return super.inEscape(character);
      }
      override inString(delta: string, from: number): number {
        const to = super.inString(delta, from);
        used += to - from;
        return to;
      }
    }
    for (const count of [1000, 10_000]) {
      used = 0;
      const text = JSON.stringify(
        Array.from({ length: count }, (_, n) => ({ n, says: 'a "b" \u00e9\n'.repeat(5) })),
      );
      const deltas = cut(text, 3);
      const reader = new Metered();
      for (const delta of deltas) reader.write(delta);
      expect(used).toBe(text.length);
      expect(reader.changes).toBeLessThanOrEqual(deltas.length + count * 5 + 1);
    }
  });
});
