import {
  CBlock,
  generateWalk,
  ImageBlock,
  isComponent,
  isModelOutputThunk,
  ModelOutputThunk,
  Requirement,
} from '@melliflow/core';
import { ChatFormatter, TemplateError, TemplateFormatter } from '@melliflow/formatter';
import { describe, expect, test } from 'vitest';
import { Instruction, type InstructionInit } from '../src/components/instruction.js';
import { check } from '../src/requirements/check.js';
import { req } from '../src/requirements/req.js';
import { readGolden } from './golden.js';
import { png } from './png.js';

const formatter = new TemplateFormatter();
const shown = (description: string | null, init?: InstructionInit): string =>
  formatter.print(new Instruction(description, init));

describe('the wording', () => {
  test('a description alone is the whole prompt', () => {
    expect(shown('Tell a joke.')).toBe('Tell a joke.');
  });

  test('all sections, in order', () => {
    const instruction = new Instruction('Write an email to the team.', {
      requirements: ['be formal', req("Use 'Dear team' as greeting.")],
      examples: ['Dear all,\nplease come.', new CBlock('Dear friends, join us.')],
      groundingContext: { date: 'Monday', place: new CBlock('the park') },
      prefix: 'Dear team,',
    }).copyAndRepair('- be formal: it says "hey"');
    expect(formatter.print(instruction)).toBe(
      `Write an email to the team.

Use this context:

[date]
Monday

[place]
the park

Examples of good answers:

Example 1:
Dear all,
please come.

Example 2:
Dear friends, join us.

Requirements:
- be formal
- Use 'Dear team' as greeting.
- start with 'Dear team,'

An earlier answer was not good enough. Do better here:
- be formal: it says "hey"`,
    );
  });

  test('without a description nothing stands in its place (golden README 12)', () => {
    expect(shown(null)).toBe('');
    expect(shown(null, { requirements: ['be short'] })).toBe('Requirements:\n- be short');
    expect(shown(null, { groundingContext: { a: 'x' }, requirements: ['r'] })).toBe(
      'Use this context:\n\n[a]\nx\n\nRequirements:\n- r',
    );
  });

  test('what is only checked is not shown', () => {
    const requirements = [
      check('no purple elephants'),
      check(null, () => true),
      new Requirement(null),
      'be short',
    ];
    expect(shown('Write.', { requirements })).toBe('Write.\n\nRequirements:\n- be short');
    expect(shown('Write.', { requirements: [check('no purple elephants')] })).toBe('Write.');
  });

  test('texts are shown as they are, with their spaces and braces', () => {
    const text = '  {{ x }} {% if %}\n\n';
    expect(shown(text)).toBe(text);
    expect(shown('d', { requirements: [text], prefix: text })).toBe(
      `d\n\nRequirements:\n- ${text}\n- start with '${text}'`,
    );
    expect(shown('d', { groundingContext: { items: '1', '{{ y }}': text } })).toBe(
      `d\n\nUse this context:\n\n[items]\n1\n\n[{{ y }}]\n${text}`,
    );
  });

  test('its template can be replaced under the name Instruction', () => {
    const templates = { Instruction: '{{ description }} ({{ requirements | join("; ") }})' };
    const instruction = new Instruction('Write.', { requirements: ['a', 'b'] });
    expect(new TemplateFormatter({ templates }).print(instruction)).toBe('Write. (a; b)');
    expect(new ChatFormatter().print(instruction)).toBe('Write.\na\nb');
  });

  test('as a message it is the user’s, with its images', () => {
    const instruction = new Instruction('Look.', { images: [new ImageBlock(png)] });
    expect(formatter.toChatMessages([instruction, new Instruction('Go.')])).toEqual([
      { role: 'user', content: 'Look.', images: [png] },
      { role: 'user', content: 'Go.' },
    ]);
  });
});

describe('user variables', () => {
  const userVariables = { name: 'Ann', marks: '{{ name }}{% if true %}evaluated{% endif %}' };

  test('are filled into every text, and are not evaluated themselves', () => {
    const text = '{{ name }}|{{ marks }}';
    const filled = `Ann|${userVariables.marks}`;
    const init = {
      requirements: [text],
      examples: [text],
      groundingContext: { g: text },
      prefix: text,
      userVariables,
    };
    expect(shown(text, init)).toBe(
      shown(filled, {
        requirements: [filled],
        examples: [filled],
        groundingContext: { g: filled },
        prefix: filled,
      }),
    );
  });

  test('leave requirements and parts as they are, and the caller’s lists too (golden README 12)', () => {
    const requirement = req('greet {{ name }}');
    const block = new CBlock('{{ name }}');
    const init = {
      requirements: ['to {{ name }}', requirement],
      examples: ['{{ name }}', block],
      groundingContext: { g: '{{ name }}', h: block },
      userVariables,
    };
    const before = structuredClone({ examples: [init.examples[0]], grounding: init.groundingContext.g });
    const instruction = new Instruction('d', init);
    expect(instruction.requirements[1]).toBe(requirement);
    expect(requirement.description).toBe('greet {{ name }}');
    expect(init.requirements).toEqual(['to {{ name }}', requirement]);
    expect({ examples: [init.examples[0]], grounding: init.groundingContext.g }).toEqual(before);
    expect(formatter.print(instruction)).toContain('- to Ann\n- greet {{ name }}');
    expect(block.value).toBe('{{ name }}');
  });

  test('a fault says which text it is in', () => {
    const faulty = (init: InstructionInit) => () => new Instruction('d', { userVariables, ...init });
    expect(faulty({ requirements: ['a', '{{ nmae }}'] })).toThrow(
      "The template 'Instruction.requirements[1]' cannot be rendered: it shows {{ nmae }}, which was not given (given: name, marks).",
    );
    expect(faulty({ groundingContext: { notes: '{% if %}' } })).toThrow(
      "'Instruction.groundingContext.notes'",
    );
    expect(faulty({ prefix: '{{' })).toThrow(expect.objectContaining({ code: 'template' }));
    expect(() => new Instruction('{{ a', { userVariables })).toThrow(TemplateError);
    expect(faulty({ userVariables: { age: 7 as never } })).toThrow(
      new TypeError('Instruction.userVariables.age must be text, got number 7: convert it with String().'),
    );
  });
});

describe('as a component', () => {
  test('its parts are in the order of the reference', () => {
    const [traced] = readGolden<{ components: { id: string; returned: string[] | null }[] }>('components')
      .components.filter(({ id }) => id === 'instruction parts')
      .map(({ returned }) => returned ?? []);
    const instruction = new Instruction('D', {
      prefix: 'P',
      groundingContext: { g: 'G' },
      requirements: ['r'],
      examples: ['e'],
    });
    const parts = instruction
      .parts()
      .map((part) =>
        part instanceof Requirement ? `Requirement:${part.description}` : `CBlock:${String(part)}`,
      );
    // The reference's second prefix, `output_prefix`, is not in the contract.
    expect(parts).toEqual(traced?.filter((part) => part !== 'CBlock:O'));
    expect(new Instruction().parts()).toEqual([]);
    const image = new ImageBlock(png);
    expect(new Instruction(null, { images: [image] }).parts()).toEqual([image]);
  });

  test('the generate walk finds the thunks in it, as in the reference', () => {
    const [traced] = readGolden<{ cases: { expect: { uncomputed: string[] } }[] }>('generate-walk').cases;
    const thunk = new ModelOutputThunk(null);
    const init = { requirements: ['r'], examples: ['e'], groundingContext: { g: thunk, h: 's' } };
    const walked = generateWalk(new Instruction('d', init));
    expect(walked.map((found) => (found === thunk ? '?m' : '?'))).toEqual(traced?.expect.uncomputed);
    expect(() => formatter.print(new Instruction('d', init))).toThrow(
      'Instruction.groundingContext.g is a thunk',
    );
  });

  test('a computed thunk is shown', () => {
    expect(shown('d', { groundingContext: { notes: new ModelOutputThunk('said') } })).toContain(
      '[notes]\nsaid',
    );
  });

  test('it reads the answer as text, as in the reference', () => {
    const [traced] = readGolden<{ parse: { returned: string }[] }>('components').parse;
    expect(new Instruction('d').parse(new ModelOutputThunk(null))).toBe(traced?.returned);
    expect(new Instruction('d').parse(new ModelOutputThunk('answer'))).toBe('answer');
  });

  test('copyAndRepair leaves the original as it is, keeps the class and replaces an earlier repair', () => {
    class Task extends Instruction {
      readonly level = 2;
    }
    const original = new Task('Do it.', { requirements: ['r'] });
    const first = original.copyAndRepair('one');
    const second = first.copyAndRepair('two {{ x }}');
    expect(second).toBeInstanceOf(Task);
    expect(second.level).toBe(2);
    expect(second.requirements[0]).toBe(original.requirements[0]);
    expect(formatter.print(second)).toMatch(/\n\nAn earlier .*\ntwo \{\{ x \}\}$/);
    expect(formatter.print(first)).toMatch(/one$/);
    expect(formatter.print(original)).toBe('Do it.\n\nRequirements:\n- r');
  });

  test('later changes to the caller’s lists do not reach it', () => {
    const requirements = ['a'];
    const instruction = new Instruction('d', { requirements });
    requirements.push('b');
    expect(instruction.requirements.map(({ description }) => description)).toEqual(['a']);
    expect(instruction.requirements.every(isComponent)).toBe(true);
    expect(instruction.parts().some(isModelOutputThunk)).toBe(false);
  });

  test.each<[string, unknown, InstructionInit | Record<string, unknown>, string]>([
    ['description', 7, {}, 'Instruction.description must be text, a block or a component, got number 7.'],
    ['prefix', 'd', { prefix: 7 }, 'Instruction.prefix must be text, a block or a component, got number 7.'],
    [
      'requirements',
      'd',
      { requirements: 'be short' },
      'Instruction.requirements must be an array, got string "be short".',
    ],
    [
      'a requirement',
      'd',
      { requirements: [7] },
      'A requirement must be text or a Requirement, got number 7.',
    ],
    [
      'examples',
      'd',
      { examples: {} },
      'Instruction.examples must be an array, got an object of class Object.',
    ],
    [
      'an example',
      'd',
      { examples: ['e', 7] },
      'Instruction.examples[1] must be text, a block or a component, got number 7.',
    ],
    [
      'groundingContext',
      'd',
      { groundingContext: ['g'] },
      'Instruction.groundingContext must be texts by name, got an array.',
    ],
    [
      'images',
      'd',
      { images: [png] },
      'Instruction.images[0] must be an ImageBlock, got string "iVBORw0KGg…": make one with new ImageBlock(',
    ],
  ])('refuses a wrong %s', (_, description, init, message) => {
    expect(() => new Instruction(description as string, init as InstructionInit)).toThrow(message);
    expect(() => new Instruction(description as string, init as InstructionInit)).toThrow(TypeError);
  });
});
