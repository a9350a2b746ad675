import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderTemplate } from '../src/render-template.js';

test('fills in variables and nothing else', () => {
  expect(renderTemplate('Write to {{ name }}: C:\\new {not} 100% }}', { name: 'Ann' })).toBe(
    'Write to Ann: C:\\new {not} 100% }}',
  );
});

test('whatever a variable holds is shown as it is', () => {
  const mark = fc.constantFrom(
    '{{ a }}',
    '{{',
    '}}',
    '{%',
    '%}',
    '{# #}',
    '\n',
    '-%}',
    "'",
    '"',
    '\\',
    '{% raw %}',
  );
  const text = fc.array(fc.oneof(mark, fc.string({ unit: 'grapheme' }))).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(renderTemplate('[{{ a }}|{{ b }}]', { a, b })).toBe(`[${a}|${b}]`);
    }),
  );
});

test('errors call the template by the name that is given', () => {
  expect(() => renderTemplate('{{ x }}', { y: '1' }, 'description')).toThrow(
    "The template 'description' cannot be rendered: it shows {{ x }}, which was not given (given: y).",
  );
  expect(() => renderTemplate('{{ x }}', {})).toThrow("The template 'template' cannot be rendered");
});
