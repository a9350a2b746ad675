import { generateWalk, isComponent, ModelOutputThunk, ModelToolCall } from '@melliflow/core';
import { ChatFormatter, TemplateFormatter } from '@melliflow/formatter';
import { describe, expect, test } from 'vitest';
import { mify } from '../src/components/mify.js';
import { MObject } from '../src/components/mobject.js';
import { Query } from '../src/components/query.js';
import { Transform } from '../src/components/transform.js';
import { callTools } from '../src/tools/call-tools.js';

const formatter = new TemplateFormatter();

class Table {
  rows: string[][];
  readonly secret = 'key-1';
  changedOn = new Date(Date.UTC(2026, 0, 2));

  constructor(rows: string[][]) {
    this.rows = rows;
  }

  addRow(row: string[]): number {
    return this.rows.push(row);
  }

  transpose(): Table {
    return new Table((this.rows[0] ?? []).map((_, i) => this.rows.map((row) => row[i] ?? '')));
  }
}

const parameters = {
  type: 'object',
  properties: { row: { type: 'array', items: { type: 'string' } } },
  required: ['row'],
};
const methods = {
  addRow: { description: 'Adds a row at the end.', parameters, order: ['row'] },
  transpose: { description: 'Swaps rows and columns.' },
};
const table = (): Table => new Table([['a', 'b']]);

describe('mify', () => {
  test('shows the chosen fields and nothing else', () => {
    const shown = formatter.print(mify(table(), { fields: ['rows', 'changedOn'] }));
    expect(shown).toBe('rows: [["a", "b"]]\nchangedOn: 2026-01-02T00:00:00.000Z');
    expect(new ChatFormatter().print(mify(table(), { fields: ['rows'] }))).toBe('a\nb');
  });

  test('texts are shown as they are, other values as JSON', () => {
    const object = {
      text: 'two\nlines {{ x }}',
      none: null,
      absent: undefined,
      flag: true,
      big: 10n,
      map: new Map([['k', 1]]),
      set: new Set(['s']),
      nested: { a: [1, { b: 'c' }] },
    };
    const fields = ['text', 'none', 'absent', 'flag', 'big', 'map', 'set', 'nested'] as const;
    expect(formatter.print(mify(object, { fields }))).toBe(
      [
        'text: two\nlines {{ x }}',
        'none: null',
        'absent: null',
        'flag: true',
        'big: 10',
        'map: {"k": 1}',
        'set: ["s"]',
        'nested: {"a": [1, {"b": "c"}]}',
      ].join('\n'),
    );
  });

  test('fields are read when the object is shown, and the object is left as it is', () => {
    const own = table();
    const keys = Reflect.ownKeys(own);
    const mified = mify(own, { fields: ['rows'] });
    own.addRow(['c', 'd']);
    expect(formatter.print(mified)).toContain('"c"');
    expect(mified.object).toBe(own);
    expect(Reflect.ownKeys(own)).toEqual(keys);
    expect(mified).toBeInstanceOf(MObject);
  });

  test('parts in fields are awaited and shown', () => {
    const thunk = new ModelOutputThunk(null);
    const mified = mify({ notes: [thunk] }, { fields: ['notes'] });
    expect(generateWalk(mified)).toEqual([thunk]);
    expect(generateWalk(new Query(mified, 'q'))).toEqual([thunk]);
    const said = mify({ notes: new ModelOutputThunk('said') }, { fields: ['notes'] });
    expect(formatter.print(said)).toBe('notes: said');
    expect(formatter.print(mify({ inner: mify({ a: 1 }, { fields: ['a'] }) }, { fields: ['inner'] }))).toBe(
      'inner: a: 1',
    );
  });

  test('chosen methods are tools, bound to the object', async () => {
    const own = table();
    const tools =
      mify(own, { fields: [], methods }).getTransformObject('Turn it.').formatForLlm().tools ?? {};
    expect(Object.keys(tools)).toEqual(['addRow', 'transpose']);
    expect(tools.addRow?.asJsonTool.function).toEqual({
      name: 'addRow',
      description: 'Adds a row at the end.',
      parameters,
    });
    expect(tools.transpose?.asJsonTool.function.parameters).toEqual({
      type: 'object',
      properties: {},
      additionalProperties: false,
    });
    const call = (name: string, args: Record<string, unknown>): ModelToolCall =>
      new ModelToolCall({ name, func: tools[name] ?? null, args });
    const [added, turned] = await callTools([call('addRow', { row: '["c", "d"]' }), call('transpose', {})]);
    expect(added?.output).toBe(2);
    expect(own.rows).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(turned?.output).toHaveProperty('rows', [
      ['a', 'c'],
      ['b', 'd'],
    ]);
  });

  test('a method without order takes one object', async () => {
    const counter = { total: 0, add: ({ by }: { by: number }) => by + 1 };
    const by = { type: 'object', properties: { by: { type: 'integer' } } };
    const { tools } = mify(counter, {
      fields: ['total'],
      methods: { add: { parameters: by } },
    }).formatForLlm() as {
      tools: Record<string, { run(args: object): Promise<unknown> }>;
    };
    expect(await tools.add?.run({ by: '2' })).toBe(3);
  });

  test('of a class it makes a class whose objects are components', () => {
    const Shown = mify(Table, { fields: ['rows'], methods });
    const shown = new Shown([['a', 'b']]);
    expect(shown).toBeInstanceOf(Table);
    expect(isComponent(shown)).toBe(true);
    expect(Shown.name).toBe('Table');
    shown.addRow(['c', 'd']);
    expect(formatter.print(shown)).toBe('rows: [["a", "b"], ["c", "d"]]');
    expect(formatter.print(shown.getQueryObject('How many rows?'))).toContain('rows: [["a"');
    expect(Object.keys((shown.formatForLlm() as { tools: object }).tools)).toEqual(['addRow', 'transpose']);
    expect(shown.parse(new ModelOutputThunk('answer'))).toBe('answer');
    expect(isComponent(table())).toBe(false);
  });

  test('its template can be replaced, for one kind or for all', () => {
    const mified = mify(table(), { fields: ['rows'], name: 'Table' });
    const by = (name: string): string =>
      new TemplateFormatter({ templates: { [name]: '<{{ fields.rows | length }}>' } }).print(mified);
    expect(by('Table')).toBe('<1>');
    expect(by('MObject')).toBe('<1>');
    const template = 'Rows: {{ fields.rows | length }}';
    expect(formatter.print(mify(table(), { fields: ['rows'], template }))).toBe('Rows: 1');
  });

  test.each<[string, () => unknown, string]>([
    ['no object', () => mify(7 as never, { fields: [] }), 'mify takes an object or a class, got number 7.'],
    [
      'no choice',
      () => mify({ a: 1 }, {} as never),
      'mify needs the fields that a model may see, got undefined',
    ],
    ['another field', () => mify({ a: 1 }, { fields: ['b' as 'a'] }), 'Object has no field "b"'],
    [
      'a value of a class',
      () => mify({ a: { b: /x/ } }, { fields: ['a'] }),
      'Object.a.b is an object of class RegExp, which cannot be shown',
    ],
    ['a function', () => mify({ a: [() => 1] }, { fields: ['a'] }), 'Object.a[0] is function'],
    [
      'a method that is none',
      () => mify({ a: 1 }, { fields: [], methods: { a: {} } as never }),
      'Object.a must be a method to be a tool, got number 1.',
    ],
    [
      'a class that is a component',
      () => mify(class extends Query {}, { fields: [] }),
      'has its own "parts"; mify its objects one by one instead.',
    ],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(TypeError);
    expect(act).toThrow(message);
  });

  test('a value that contains itself is an error that names it, not an endless walk', () => {
    const node: { next?: unknown } = {};
    node.next = { node };
    expect(() => mify({ node }, { fields: ['node'] })).toThrow('Object.node.next.node contains itself');
    const endless = { toJSON: () => ({ ...endless }) };
    expect(() => mify({ endless }, { fields: ['endless'] })).toThrow(
      'Object.endless contains itself, or is nested',
    );
  });
});

describe('Query and Transform', () => {
  test('a query shows the object and the question', () => {
    const shown = formatter.print(new Query('the report', 'Who wrote it?'));
    expect(shown).toBe('Consider this:\nthe report\n\nAnswer this question about it: Who wrote it?');
  });

  test('a transformation names the tools that could make it', () => {
    const bare = formatter.print(new Transform('the report', 'Shorten it.'));
    expect(bare).toBe(
      'Consider this:\nthe report\n\nChange it as follows: Shorten it.\n\nAnswer with the changed version and nothing else.',
    );
    const withTools = formatter.print(
      new Transform(mify(table(), { fields: ['rows'], methods }), 'Turn it.'),
    );
    expect(withTools).toContain('call it: addRow, transpose. If none does, answer with the changed version');
  });

  test('they read the answer as text', () => {
    expect(new Query('o', 'q').parse(new ModelOutputThunk('a'))).toBe('a');
    expect(new Transform('o', 't').parse(new ModelOutputThunk('a'))).toBe('a');
  });

  test.each<[string, () => unknown, string]>([
    [
      'an object of which nobody chose what is shown',
      () => new Query({ key: 'k' } as never, 'q'),
      'Query.obj must be text, a block or a component, got an object of class Object: choose what of it is shown with mify(',
    ],
    [
      'a number',
      () => new Transform(7 as never, 't'),
      'Transform.obj must be text, a block or a component, got',
    ],
    ['no question', () => new Query('o', null as never), 'Query.query must be text, got null.'],
    [
      'no change',
      () => new Transform('o', 7 as never),
      'Transform.transformation must be text, got number 7.',
    ],
  ])('refuse %s', (_, make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
