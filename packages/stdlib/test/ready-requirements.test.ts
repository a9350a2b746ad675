import {
  AbstractTool,
  type JsonTool,
  ModelOutputThunk,
  ModelToolCall,
  type Requirement,
} from '@melliflow/core';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  ChatContext,
  hasLength,
  isInLanguage,
  isJson,
  isMarkdownList,
  isMarkdownTable,
  markdownListItems,
  matchesPattern,
  toolArgValidator,
  usesTool,
} from '../src/index.js';

const backend = null as never;

async function verdict(
  requirement: Requirement,
  output: string | ModelOutputThunk,
): Promise<[boolean, string | null]> {
  const thunk = typeof output === 'string' ? new ModelOutputThunk(output) : output;
  const result = await requirement.validate(backend, new ChatContext().add(thunk));
  return [result.asBool(), result.reason];
}

const holds = async (requirement: Requirement, output: string | ModelOutputThunk): Promise<boolean> =>
  (await verdict(requirement, output))[0];

describe('how they are shown', () => {
  test.each<[Requirement, string]>([
    [hasLength('words', { max: 5 }), 'have at most 5 words'],
    [hasLength('characters', { min: 2 }), 'have at least 2 characters'],
    [hasLength('sentences', { min: 2, max: 2 }), 'have exactly 2 sentences'],
    [matchesPattern(/^a/i), 'match the pattern /^a/i'],
    [matchesPattern(/b/, { absent: true }), 'not match the pattern /b/'],
    [isInLanguage('fr'), 'be in French'],
    [isJson(), 'be JSON and nothing else'],
    [isJson({ type: 'object' }), 'be JSON and nothing else, and fit this schema: {"type":"object"}'],
    [isMarkdownList(), 'be a Markdown list and nothing else'],
    [
      isMarkdownList({ ordered: true, items: { max: 3 } }),
      'be a numbered Markdown list of at most 3 items and nothing else',
    ],
    [isMarkdownTable(), 'be a Markdown table and nothing else'],
    [
      isMarkdownTable({ columns: ['a', 'b'], rows: { min: 1 } }),
      'be a Markdown table with the columns a, b and at least 1 rows and nothing else',
    ],
    [usesTool('weather'), 'use the tool weather'],
    [toolArgValidator('name a city', 'weather', 'city', () => true), 'name a city'],
    [hasLength('words', { max: 5, description: 'be short' }), 'be short'],
  ])('%#: %s', (requirement, description) => {
    expect(requirement).toMatchObject({ description, checkOnly: false });
  });

  test('they may be checked only', () => {
    expect(isJson(undefined, { checkOnly: true }).checkOnly).toBe(true);
    expect(toolArgValidator('x', null, 'a', () => true, { checkOnly: true }).checkOnly).toBe(true);
  });
});

test('without an output they fail and say so', async () => {
  const result = await isJson().validate(backend, new ChatContext());
  expect([result.asBool(), result.reason]).toEqual([false, 'there is no output']);
});

describe('hasLength', () => {
  test.each<[Requirement, string, boolean, string]>([
    [hasLength('words', { max: 3 }), 'one, two – three!', true, 'it has 3 words'],
    [hasLength('words', { max: 3 }), 'one two three four', false, 'it has 4 words'],
    [hasLength('words', { min: 6, max: 6 }), '私は猫が好きです', true, 'it has 6 words'],
    [hasLength('characters', { max: 2 }), '👩‍👩‍👧é', true, 'it has 2 characters'],
    [hasLength('characters', { min: 1 }), '', false, 'it has 0 characters'],
    [hasLength('sentences', { max: 2 }), 'One. Two? Three!', false, 'it has 3 sentences'],
    [hasLength('sentences', { min: 2 }), 'One.\n\n  Two.\n', true, 'it has 2 sentences'],
  ])('%#', async (requirement, text, expected, reason) => {
    expect(await verdict(requirement, text)).toEqual([expected, reason]);
  });

  test.each<[object, string]>([
    [{}, 'hasLength needs min, max or both.'],
    [{ min: -1 }, 'hasLength.min must be a whole number from 0 on, got -1.'],
    [{ min: 3, max: 2 }, 'hasLength.min 3 is more than hasLength.max 2.'],
  ])('%j is refused', (bounds, message) => {
    expect(() => hasLength('words', bounds)).toThrow(new RangeError(message));
  });

  test('an unknown unit is refused', () => {
    expect(() => hasLength('lines' as 'words', { max: 1 })).toThrow(
      'unit must be one of characters, words, sentences',
    );
    expect(() => hasLength('toString' as 'words', { max: 1 })).toThrow(TypeError);
  });
});

describe('matchesPattern', () => {
  test.each([/b/, /b/g, /a/y, /a/gy])('%s gives the same verdict every time', async (pattern) => {
    pattern.lastIndex = 1;
    const requirement = matchesPattern(pattern);
    const verdicts = [];
    for (let i = 0; i < 4; i++) verdicts.push(await holds(requirement, 'ab'));
    expect(verdicts).toEqual([true, true, true, true]);
    expect(pattern.lastIndex).toBe(1);
  });

  test('y means at the begin, and absent the contrary', async () => {
    expect(await holds(matchesPattern(/b/y), 'ab')).toBe(false);
    expect(await verdict(matchesPattern(/b+/, { absent: true }), 'abbc')).toEqual([false, 'it has “bb”']);
    expect(await holds(matchesPattern(/b/, { absent: true }), 'ac')).toBe(true);
    expect(() => matchesPattern('b' as never)).toThrow(
      'pattern must be a regular expression, got string "b".',
    );
  });
});

describe('isInLanguage', () => {
  test.each([
    ['en', 'The cat sat on the mat and looked at the dog.', true],
    ['fr', 'Le chat est assis sur le tapis et regarde le chien.', true],
    ['fr', 'The cat sat on the mat and looked at the dog.', false],
    ['ja', '猫がマットの上に座っています。', true],
    ['de', '42', true],
  ])('%s: %s', async (code, text, expected) => {
    expect(await holds(isInLanguage(code), text)).toBe(expected);
  });

  test('says which language it seems to be, and may fail what is too short to tell', async () => {
    expect((await verdict(isInLanguage('en'), 'Le chat est assis sur le tapis et regarde.'))[1]).toBe(
      'it seems to be in French',
    );
    const strict = isInLanguage('de', { whenUnsure: 'fail' });
    expect(await verdict(strict, '42')).toEqual([false, 'it is too short to tell its language']);
  });

  test.each(['eng', 'EN', '', 7])('%j is no code', (code) => {
    expect(() => isInLanguage(code as string)).toThrow(/^code must be a language code of two letters/);
  });
});

describe('isJson', () => {
  const person = z.object({ name: z.string(), age: z.number() });
  const plain = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] };

  test.each<[Requirement, string, boolean]>([
    [isJson(), '[1, 2]', true],
    [isJson(), ' 1\n', true],
    [isJson(), 'Here it is: [1]', false],
    [isJson(), '```json\n1\n```', false],
    [isJson(person), '{"name": "Ann", "age": 3}', true],
    [isJson(plain), '{"age": 3}', true],
    [isJson({ name: 'person', schema: plain }), '{"age": "3"}', false],
    [isJson({ type: 'object' }), '{"__proto__": {"a": 1}}', true],
  ])('%#', async (requirement, text, expected) => {
    expect(await holds(requirement, text)).toBe(expected);
  });

  test('names every place that does not fit', async () => {
    const [, reason] = await verdict(isJson(person), '{"name": 1, "age": "x"}');
    expect(reason).toMatch(/^name: .*; age: .*$/);
    expect((await verdict(isJson(plain), '{}'))[1]).toContain('age');
    expect((await verdict(isJson(), 'oops'))[1]).toMatch(/^it is not JSON: /);
    expect(() => isJson('x' as never)).toThrow(TypeError);
  });
});

describe('isMarkdownList', () => {
  test.each(['- ', '>'])('a text that is nested deeper than a parser can go is none: %j', async (mark) => {
    expect(await verdict(isMarkdownList(), mark.repeat(20_000))).toEqual([false, 'it is no Markdown list']);
  });

  test.each<[Requirement, string, boolean, string | null]>([
    [isMarkdownList(), '- a\n- b', true, null],
    [isMarkdownList(), '1. a\n2. b', true, null],
    [isMarkdownList(), '* a\n  * nested\n* b\n', true, null],
    [isMarkdownList(), '- a\n- b\n\n1. c', true, null],
    [isMarkdownList(), 'Here:\n\n- a', false, 'there is something beside the list'],
    [isMarkdownList(), 'no list', false, 'it is no Markdown list'],
    [isMarkdownList(), '', false, 'it is no Markdown list'],
    [isMarkdownList(), '```\n- a\n```', false, 'it is no Markdown list'],
    [isMarkdownList({ ordered: true }), '- a', false, 'it is not numbered'],
    [isMarkdownList({ ordered: false }), '1. a', false, 'it is numbered'],
    [isMarkdownList({ items: { min: 3 } }), '- a\n  - b\n- c', false, 'it has 2 items'],
    [isMarkdownList({ items: { min: 2, max: 2 } }), '- a\n- b', true, null],
  ])('%#', async (requirement, text, expected, reason) => {
    expect(await verdict(requirement, text)).toEqual([expected, reason]);
  });

  test('its items can be had', async () => {
    expect(await markdownListItems('- a **b**\n- c\n')).toEqual(['a **b**', 'c']);
    expect(await markdownListItems('a\n\n- b')).toBeNull();
  });
});

describe('isMarkdownTable', () => {
  const table = '| Name | Age |\n|---|---|\n| Ann | 3 |\n| Bob | 4 |\n';

  test.each<[Requirement, string, boolean, string | null]>([
    [isMarkdownTable(), table, true, null],
    [isMarkdownTable({ columns: ['Name', 'Age'], rows: { min: 2, max: 2 } }), table, true, null],
    [isMarkdownTable({ columns: ['Age', 'Name'] }), table, false, 'its columns are Name, Age'],
    [isMarkdownTable({ rows: { max: 1 } }), table, false, 'it has 2 rows'],
    [isMarkdownTable(), `Here:\n\n${table}`, false, 'there is something beside the table'],
    [isMarkdownTable(), '| a | b |', false, 'it is no Markdown table'],
  ])('%#', async (requirement, text, expected, reason) => {
    expect(await verdict(requirement, text)).toEqual([expected, reason]);
  });
});

describe('tool use', () => {
  class Weather extends AbstractTool {
    readonly name = 'weather';
    readonly asJsonTool: JsonTool = { type: 'function', function: { name: 'weather', parameters: {} } };
    run(): string {
      return 'sun';
    }
  }
  const weather = new Weather();
  const calling = (...calls: [name: string, args: Record<string, unknown>][]): ModelOutputThunk =>
    new ModelOutputThunk('', {
      toolCalls: calls.map(([name, args]) => new ModelToolCall({ name, args, func: null })),
    });
  const isText = (value: unknown) => typeof value === 'string';
  const city = toolArgValidator('name a city', weather, 'city', isText);
  const anyCity = toolArgValidator('name a city', null, 'city', isText);

  test.each<[Requirement, ModelOutputThunk, boolean, string | null]>([
    [usesTool(weather), calling(['weather', {}]), true, null],
    [usesTool('weather'), calling(['clock', {}], ['weather', {}]), true, null],
    [usesTool(weather), calling(['clock', {}]), false, 'it calls clock instead'],
    [usesTool(weather), new ModelOutputThunk('sun'), false, 'no tool was called'],
    [city, calling(['weather', { city: 'Rome' }]), true, null],
    [city, calling(['weather', { city: 'Rome' }], ['weather', { city: 7 }]), false, 'weather.city is 7'],
    [city, calling(['weather', {}]), false, 'weather was called without city'],
    [city, calling(['clock', { city: 'Rome' }]), false, 'the tool weather was not called'],
    [anyCity, calling(['clock', {}], ['weather', { city: 'Rome' }]), true, null],
    [anyCity, calling(['clock', { city: null }]), false, 'clock.city is null'],
    [anyCity, new ModelOutputThunk('Rome'), false, 'no tool was called'],
    [toolArgValidator('x', null, 'constructor', () => false), calling(['a', {}]), true, null],
  ])('%#', async (requirement, output, expected, reason) => {
    expect(await verdict(requirement, output)).toEqual([expected, reason]);
  });

  test('a check may wait and give its reason; long values are shortened', async () => {
    const known = toolArgValidator('x', null, 'a', async () => [false, 'it is unknown']);
    const [, reason] = await verdict(known, calling(['f', { a: 'y'.repeat(500) }]));
    expect(reason).toMatch(/^f\.a is "y{199}…: it is unknown$/);
  });

  test('what is no tool is refused', () => {
    expect(() => usesTool(7 as never)).toThrow('tool must be a tool or its name, got number 7.');
    expect(() => usesTool('')).toThrow(TypeError);
    expect(() => toolArgValidator('x', 'f', 'a', true as never)).toThrow('check must be a function');
  });
});
