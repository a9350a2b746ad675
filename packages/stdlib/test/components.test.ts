import { CBlock, generateWalk, ImageBlock, ModelOutputThunk } from '@melliflow/core';
import { TemplateFormatter } from '@melliflow/formatter';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, test } from 'vitest';
import { Document } from '../src/components/document.js';
import { Instruction } from '../src/components/instruction.js';
import type { Message } from '../src/components/message.js';
import { Query } from '../src/components/query.js';
import { SimpleComponent } from '../src/components/simple-component.js';
import { imagesMessage, ToolMessage } from '../src/components/tool-message.js';
import { SimpleContext } from '../src/contexts/simple-context.js';
import { png } from './png.js';

const formatter = new TemplateFormatter();
const circle: { self?: unknown } = {};
circle.self = circle;

describe('Document', () => {
  test.each([
    [{}, 'text'],
    [{ title: 'T' }, 'T\ntext'],
    [{ id: '7' }, '[7]\ntext'],
    [{ title: 'T', id: '7' }, '[7] T\ntext'],
  ])('with %j', (init, shown) => {
    expect(formatter.print(new Document('text', init))).toBe(shown);
  });

  test('stands in the grounding of an instruction, and may be a thunk that is not computed yet', () => {
    const thunk = new ModelOutputThunk(null);
    const grounding = { a: new Document('first', { id: '1' }), b: new Document(thunk) };
    expect(generateWalk(new Instruction('Cite.', { groundingContext: grounding }))).toEqual([thunk]);
    const shown = formatter.print(new Instruction('Cite.', { groundingContext: { a: grounding.a } }));
    expect(shown).toBe('Cite.\n\nUse this context:\n\n[a]\n[1]\nfirst');
    expect(grounding.a.parse(new ModelOutputThunk('x'))).toBe('x');
  });

  test('refuses what is no text', () => {
    expect(() => new Document(7 as never)).toThrow('Document.text must be text, a block or a component');
    expect(() => new Document('t', { title: 7 as never })).toThrow(
      'Document.title must be text, got number 7.',
    );
  });
});

describe('SimpleComponent', () => {
  test('shows its parts as JSON, in order', () => {
    const component = new SimpleComponent({
      task: 'Say "hi".',
      first: new CBlock('{{ a }}'),
      second: new Document('d'),
    });
    expect(JSON.parse(formatter.print(component))).toEqual({
      task: 'Say "hi".',
      first: '{{ a }}',
      second: 'd',
    });
    expect(component.parts().map(String)).toHaveLength(3);
    expect(component.parse(new ModelOutputThunk('x'))).toBe('x');
  });

  test('awaits thunks', () => {
    const thunk = new ModelOutputThunk(null);
    expect(generateWalk(new SimpleComponent({ thunk }))).toEqual([thunk]);
  });

  test('says which part is none', () => {
    expect(() => new SimpleComponent({ a: 7 as never })).toThrow('SimpleComponent.a must be text, a block');
    expect(() => new SimpleComponent(null as never)).toThrow(
      'SimpleComponent takes parts by name, got null.',
    );
  });
});

describe('wording', () => {
  test('may differ by model, for every component under its name', () => {
    const variants = [{ model: 'small', template: 'Q: {{ query }} ({{ content }})' }];
    const templates = { Query: { variants } };
    const query = new Query('o', 'q');
    expect(new TemplateFormatter({ modelId: 'small:1b', templates }).print(query)).toBe('Q: q (o)');
    expect(new TemplateFormatter({ modelId: 'large', templates }).print(query)).toBe(formatter.print(query));
  });
});

test('thunks that are not computed yet can be parts: the next request waits for them', async () => {
  const backend = new ScriptedBackend([{ deltas: ['fi', 'rst'] }, { deltas: ['second'] }], { formatter });
  const [first] = await backend.generateFromContext('Begin.', new SimpleContext());
  expect(first.isComputed()).toBe(false);
  const groundingContext = { draft: new Document(first), again: first };
  const instruction = new Instruction('Go on.', { groundingContext, examples: [first], prefix: first });
  const [second] = await backend.generateFromContext(instruction, new SimpleContext());
  await second.avalue();
  expect(backend.calls[1]?.prompt).toBe(
    'Go on.\n\nUse this context:\n\n[draft]\nfirst\n\n[again]\nfirst\n\nExamples of good answers:\n\nExample 1:\nfirst' +
      "\n\nRequirements:\n- start with 'first'",
  );
});

describe('ToolMessage', () => {
  const call = { id: 'c1', name: 'search' };

  test('goes to the wire with role, call id and tool name', () => {
    expect(formatter.toChatMessages([new ToolMessage(call, { hits: 2 })])).toEqual([
      { role: 'tool', content: '{"hits":2}', toolCallId: 'c1', name: 'search' },
    ]);
    expect(formatter.toChatMessages([new ToolMessage({ id: null, name: 'search' }, 'text')])).toEqual([
      { role: 'tool', content: 'text', name: 'search' },
    ]);
  });

  test.each<[string, unknown, string]>([
    ['text', '{{ x }}', '{{ x }}'],
    ['data', [1, { a: null }], '[1,{"a":null}]'],
    ['a block', new CBlock('b'), 'b'],
    ['null', null, 'null'],
    ['nothing', undefined, 'done'],
    ['a big number', 10n, '10'],
    ['what refers to itself', circle, 'an object of class Object'],
  ])('%s is read by the model', (_, output, content) => {
    const message = new ToolMessage(call, output);
    expect(message.content).toBe(content);
    expect(message.output).toBe(output);
  });

  test('other words may stand for the output, and an error beside it', () => {
    const error = new Error('down');
    expect(new ToolMessage(call, null, { content: 'It is down.', error })).toMatchObject({
      content: 'It is down.',
      error,
      output: null,
    });
  });

  test('its images are shown after it, as the user’s: no wire takes them in the message of a tool', () => {
    const image = new ImageBlock(png);
    const drawn = new ToolMessage(call, 'a chart', { outputImages: [image] });
    const shown = imagesMessage([drawn, new ToolMessage(call, 'x')]);
    expect(formatter.toChatMessages([drawn, shown as Message])).toEqual([
      { role: 'tool', content: 'a chart', toolCallId: 'c1', name: 'search' },
      { role: 'user', content: 'Images that search gave:', images: [png] },
    ]);
    expect(imagesMessage([new ToolMessage(call, 'x')])).toBeNull();
  });

  test('refuses a call that names no tool', () => {
    expect(() => new ToolMessage({} as never, 'x')).toThrow(
      'The call of a ToolMessage must have an id and a name',
    );
  });
});
