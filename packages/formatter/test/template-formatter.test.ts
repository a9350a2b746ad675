import { CBlock, ModelOutputThunk } from '@melliflow/core';
import { describe, expect, test } from 'vitest';
import { TemplateError } from '../src/template-error.js';
import { TemplateFormatter } from '../src/template-formatter.js';
import type { Templates } from '../src/templates.js';
import { Exhibit, Message, Plain } from './components.js';

const own = { name: 'Joke', template: 'own: {{ topic }}' };
const joke = new Exhibit({ topic: 'cats' }, own);

function printed(templates: Templates, component = joke, modelId?: string): string {
  return new TemplateFormatter({ templates, modelId }).print(component);
}

describe('which template is used', () => {
  test('the own one when none is registered, the registered one before the own one', () => {
    expect(printed({})).toBe('own: cats');
    expect(printed({ Joke: 'registered: {{ topic }}' })).toBe('registered: cats');
    expect(printed({ Other: 'other' })).toBe('own: cats');
  });

  test("templateOrder is followed, '*' is the name and never the class (contract 1.5)", () => {
    const ordered = (...templateOrder: string[]): Exhibit => new Exhibit({}, { ...own, templateOrder });
    expect(printed({ Joke: 'J', Pun: 'P' }, ordered('Pun', '*'))).toBe('P');
    expect(printed({ Joke: 'J', Pun: 'P' }, ordered('*', 'Pun'))).toBe('J');
    expect(printed({ Joke: 'J' }, ordered('Pun', '*'))).toBe('J');
    expect(printed({ Exhibit: 'E' }, joke)).toBe('own: cats');
    expect(printed({ Joke: 'J' }, new Exhibit({}, { ...own, template: 'own', templateOrder: ['Pun'] }))).toBe(
      'own',
    );
  });

  test('names of Object.prototype are no templates', () => {
    expect(printed({}, new Exhibit({}, { name: 'constructor', template: 'own' }))).toBe('own');
  });

  test('a variant serves its models, the default the others', () => {
    const templates: Templates = {
      Joke: {
        default: 'default',
        variants: [
          { model: 'llama3', template: 'llama' },
          { model: /granite-\d/g, template: 'granite' },
          { model: /./, template: 'too late' },
        ],
      },
    };
    const served = (modelId?: string): string => printed(templates, joke, modelId);
    expect(['llama3', 'llama3:8b', 'llama3/x'].map(served)).toEqual(['llama', 'llama', 'llama']);
    expect([1, 2].map(() => served('ibm/granite-4'))).toEqual(['granite', 'granite']);
    expect(served('llama3.1')).toBe('too late');
    expect(served()).toBe('default');
    expect(printed({ Joke: { variants: [{ model: 'llama3', template: 'llama' }] } }, joke, 'phi')).toBe(
      'own: cats',
    );
  });

  test('without any, the error lists the names and says what to do', () => {
    const component = new Exhibit({}, { name: 'Joke', templateOrder: ['Pun', '*'] });
    const formatter = new TemplateFormatter({ modelId: 'phi', templates: { Riddle: 'R' } });
    expect(() => formatter.print(component)).toThrow(
      "There is no template for Joke: looked for 'Pun', 'Joke'; registered for model 'phi': 'Riddle'. Register one, as in " +
        "new TemplateFormatter({ templates: { Pun: '…' } }), or let the component bring its own as `template`.",
    );
    expect(() => new TemplateFormatter().print(new Exhibit({}))).toThrow(/looked for none; registered: none/);
  });
});

describe('what a template shows', () => {
  const show = (args: Exhibit['args'], template: string): string =>
    printed({}, new Exhibit(args, { template }));

  test('parts and representations in args, arrays and records are text', () => {
    const args = {
      block: new CBlock('block'),
      thunk: new ModelOutputThunk('said', { parsedRepr: 'parsed' }),
      list: [new Plain('plain'), new Exhibit({ topic: 'dogs' }, own)],
      record: { items: joke, representation: { obj: null, args: { x: 1 }, template: 'x={{ x }}' } },
    };
    const template =
      '{{ block }} {{ thunk }} {{ list | join(", ") }}{% for k, v in record | items %} {{ k }}={{ v }}{% endfor %}';
    expect(show(args, template)).toBe('block said plain, own: dogs items=own: cats representation=x=1');
  });

  test('numbers, booleans, null and undefined stay what they are', () => {
    const args = { n: 2, yes: true, nothing: null, missing: undefined };
    expect(show(args, '{{ n + 1 }}{% if yes %}!{% endif %}{{ nothing }}{{ missing }}')).toBe('3!');
  });

  test('template marks in values are data, at any depth', () => {
    const marks = '{{ 7 * 7 }}{% if true %}evaluated{% endif %}{# gone #}';
    const inner = new Exhibit({ topic: marks }, own);
    const outer = new Exhibit(
      { inner, text: marks, list: [{ deep: new CBlock(marks) }] },
      {
        template: '{{ inner }}|{{ text }}|{{ list[0].deep }}',
      },
    );
    expect(printed({}, outer)).toBe(`own: ${marks}|${marks}|${marks}`);
    expect(new TemplateFormatter().toChatMessages([new Message('user', marks)])).toEqual([
      { role: 'user', content: marks },
    ]);
  });

  test('blocks are trimmed, values are not', () => {
    const template = '  {% if text %}\n[{{ text }}]\n  {% endif %}\nend\n';
    expect(show({ text: '  x \n\n' }, template)).toBe('[  x \n\n]\nend');
  });

  test('values may have the names of globals', () => {
    expect(show({ range: 'a to b', none: 'x', loop: 'l' }, '{{ range }}{{ none }}{{ loop }}')).toBe(
      'a to bxl',
    );
    expect(
      show({}, '{% for i in range(3) %}{{ i }}{% endfor %}{{ none }}{{ range(2, 7, 2) | join("-") }}'),
    ).toBe('0122-4-6');
  });

  test('to show a name that was not given is an error, to ask about it is not', () => {
    expect(show({}, '{% if a %}x{% endif %}{{ a is defined }} {{ a | default("d") }}')).toBe('false d');
    const typo = new Exhibit({ topic: 'cats', tone: 'dry' }, { name: 'Joke', template: 'about {{ topc }}' });
    expect(() => printed({}, typo)).toThrow(
      "The template 'Joke' cannot be rendered: it shows {{ topc }}, which was not given (given: topic, tone).",
    );
    expect(() =>
      show({ user: {} }, '{% for i in [1] %}{% if i %}{{ user.name }}{% endif %}{% endfor %}'),
    ).toThrow('it shows {{ user.name }}, which was not given');
  });

  test('a new template in each print is kept only for a while', () => {
    const formatter = new TemplateFormatter();
    for (let i = 0; i < 600; i += 1)
      expect(formatter.print(new Exhibit({}, { template: `t${i}` }))).toBe(`t${i}`);
    expect(formatter._brought.size).toBe(256);
  });

  test('10,000 nested components with templates are rendered', () => {
    let component = new Exhibit({ inner: 'core' }, { template: '({{ inner }})' });
    for (let depth = 1; depth < 10_000; depth += 1) {
      component = new Exhibit({ inner: component }, { template: '({{ inner }})' });
    }
    expect(printed({}, component)).toBe(`${'('.repeat(10_000)}core${')'.repeat(10_000)}`);
  });
});

describe('faults of templates name the template', () => {
  test.each([
    ['{{ a b }}', 'not a Jinja template'],
    ['{% if a %}x', 'it ends before a block or a bracket is closed'],
    ['{{ a', 'not a Jinja template'],
    ['{% frobnicate %}', 'frobnicate'],
  ])('%s', (template, why) => {
    const error = thrown(() => new TemplateFormatter({ templates: { Joke: template } }));
    expect(TemplateError.is(error) && error.code).toBe('template');
    expect(error).toMatchObject({ templateName: 'Joke', cause: expect.any(Error) });
    expect(String(error)).toMatch(/^TemplateError: The template 'Joke' is not a Jinja template: /);
    expect(String(error)).toContain(why);
    expect(() => printed({}, new Exhibit({}, { name: 'Pun', template }))).toThrow("The template 'Pun'");
  });

  test('also when it fails while it is rendered', () => {
    expect(() => printed({ Joke: '{{ topic | nonsense }}' })).toThrow(
      /^The template 'Joke' cannot be rendered: .*nonsense/,
    );
    expect(() => printed({ Joke: '{{ raise_exception("no") }}' })).toThrow(
      "The template 'Joke' cannot be rendered: no (",
    );
  });

  test('a template that is not text is a TypeError', () => {
    const faulty = (source: unknown) => () =>
      new TemplateFormatter({ templates: { Joke: source as string } });
    expect(faulty(7)).toThrow(
      new TypeError(
        "The template 'Joke' must be text or { default, variants: [{ model, template }] } with texts, got number 7.",
      ),
    );
    expect(faulty(null)).toThrow("The template 'Joke' must be text or");
    expect(faulty({ default: 7 })).toThrow("The template 'Joke' must be text or");
    expect(faulty({ variants: [{ model: 'x', template: null }] })).toThrow(
      "The template 'Joke' must be text or",
    );
  });
});

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
