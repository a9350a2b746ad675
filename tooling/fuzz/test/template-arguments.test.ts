import { MelliflowError } from '@melliflow/core';
import { renderTemplate, TemplateFormatter } from '@melliflow/formatter';
import { Instruction } from '@melliflow/stdlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runs } from './support/runs.js';

/** What means something to a template, among what does not. */
const mark = fc.constantFrom(
  ...['{{ a }}', '{{', '}}', '{%', '%}', '{#', '#}', '-%}', '{%- raw %}', '{% endraw %}', '{{ a | upper }}'],
  ...[
    '{% for x in a %}',
    '{% endfor %}',
    '{{ a.constructor }}',
    '\n',
    "'",
    '"',
    '\\',
    '\u0000',
    '\ud83d',
    '__proto__',
  ],
);
const text = fc
  .array(fc.oneof(mark, fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 8 })
  .map((pieces) => pieces.join(''));
const names = fc.constantFrom(
  'a',
  'b',
  'range',
  'constructor',
  '__proto__',
  'toString',
  'true',
  'loop',
  'if',
);

it('what an argument holds is shown as it is, never read as a template', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(renderTemplate('[{{ a }}|{{ b }}]', { a, b })).toBe(`[${a}|${b}]`);
    }),
    runs(500),
  );
});

it('a template of any text gives a text or an error of ours', () => {
  fc.assert(
    fc.property(text, fc.dictionary(names, text), (template, given) => {
      try {
        expect(typeof renderTemplate(template, given)).toBe('string');
      } catch (error) {
        if (!MelliflowError.is(error)) throw error;
      }
    }),
    runs(500),
  );
});

it('what fills an instruction stands in its prompt', () => {
  fc.assert(
    fc.property(text, (a) => {
      const instruction = new Instruction('Say <{{ a }}>.', { userVariables: { a } });
      expect(new TemplateFormatter().print(instruction)).toContain(`Say <${a}>.`);
    }),
    runs(500),
  );
});
