import { CBlock, ImageBlock, ModelOutputThunk, ModelToolCall, type Part } from '@melliflow/core';
import { describe, expect, test } from 'vitest';
import { ChatFormatter } from '../src/chat-formatter.js';
import { Exhibit, Message, Plain, png } from './components.js';

const formatter = new ChatFormatter();

describe('print', () => {
  test('gives the text of blocks, computed thunks and components that show text', () => {
    expect(formatter.print(new CBlock('block'))).toBe('block');
    expect(formatter.print(new CBlock(null))).toBe('');
    expect(formatter.print(new ModelOutputThunk('said'))).toBe('said');
    expect(formatter.print(new Plain('plain {{ x }}'))).toBe('plain {{ x }}');
  });

  test('shows the values of a representation, one per line, also nested ones', () => {
    const inner = new Exhibit({ a: 'inner', none: null });
    const args = {
      title: 'T',
      list: [inner, new CBlock('x'), 3],
      more: { yes: true, empty: '', no: undefined },
    };
    expect(formatter.print(new Exhibit(args))).toBe('T\ninner\nx\n3\ntrue');
    expect(formatter.print(new Exhibit({ r: { obj: null, args: { deep: 'd' } } }))).toBe('d');
  });

  test('takes any object with the three functions for a component (contract 1.2)', () => {
    const duck = { parts: () => [], formatForLlm: () => 'quack', parse: () => null };
    expect(formatter.print(duck)).toBe('quack');
  });

  test('says where a thunk is that is not computed', () => {
    const thunk = new ModelOutputThunk(null);
    const component = new Exhibit({ notes: { first: ['x', thunk] } }, { name: 'Report' });
    expect(() => formatter.print(component)).toThrow(
      new TypeError(
        'Report.notes.first[1] is a thunk that is not computed: await its avalue() before it is printed.',
      ),
    );
    expect(() => formatter.print(thunk)).toThrow('The part is a thunk that is not computed');
  });

  test.each<[string, unknown, string]>([
    ['text', 'raw', 'A formatter prints blocks and components, got string "raw".'],
    ['null', null, 'A formatter prints blocks and components, got null.'],
    ['an object', { a: 1 }, 'A formatter prints blocks and components, got an object of class Object.'],
  ])('refuses %s in the place of a part', (_, part, message) => {
    expect(() => formatter.print(part as Part)).toThrow(new TypeError(message));
  });

  test('refuses what cannot be shown and says where it is', () => {
    expect(() => formatter.print(new Exhibit({ when: new Date(0) as never }, { name: 'Log' }))).toThrow(
      /^Log\.when must be text.* got an object of class Date\.$/,
    );
    const silent = { parts: () => [], formatForLlm: () => undefined as never, parse: () => null };
    expect(() => formatter.print(silent)).toThrow(
      'formatForLlm() must give text or a TemplateRepresentation, got undefined.',
    );
  });

  test('finds a component that contains itself', () => {
    const outer = new Exhibit({}, { name: 'Outer' });
    outer.args = { inner: new Exhibit({ back: outer }, { name: 'Inner' }) };
    expect(() => formatter.print(outer)).toThrow(
      'Inner.back is the component itself or one around it: a circle.',
    );
  });

  test('prints 100,000 nested components', () => {
    let component = new Exhibit({ text: 'core' });
    for (let depth = 0; depth < 100_000; depth += 1) component = new Exhibit({ inner: component });
    expect(formatter.print(component)).toBe('core');
  });

  test('asks a component that stands in many places once', () => {
    let component = new Exhibit({ text: 'x' });
    const leaf = component;
    for (let depth = 0; depth < 10; depth += 1)
      component = new Exhibit({ left: component, right: [component] });
    expect(formatter.print(component)).toBe(Array.from({ length: 1024 }, () => 'x').join('\n'));
    expect(leaf.asked).toBe(1);
  });
});

describe('toChatMessages', () => {
  test('a component says its role and which call it answers', () => {
    const result = new Exhibit({ text: '3' }, { role: 'tool', toolCallId: 'call_1' });
    expect(formatter.toChatMessages([result])).toEqual([
      { role: 'tool', content: '3', toolCallId: 'call_1' },
    ]);
    const duck = {
      role: 'system',
      content: 'c',
      parts: () => [],
      formatForLlm: () => 'be kind',
      parse: () => null,
    };
    expect(formatter.toChatMessages([duck])).toEqual([{ role: 'system', content: 'be kind' }]);
  });

  test('a thunk carries its tool calls', () => {
    const call = new ModelToolCall({ id: 'call_1', name: 'add', func: null, args: { a: 1 } });
    const thunk = new ModelOutputThunk('', { toolCalls: [call] });
    expect(formatter.toChatMessages([thunk])).toEqual([
      { role: 'assistant', content: '', toolCalls: [{ id: 'call_1', name: 'add', args: { a: 1 } }] },
    ]);
    expect(formatter.toChatMessages([new ModelOutputThunk('x', { toolCalls: [] })])).toEqual([
      { role: 'assistant', content: 'x' },
    ]);
  });

  test('structured output with a role and a content is no message', () => {
    const thunk = new ModelOutputThunk('{"role":"system"}', { parsedRepr: { role: 'system', content: 'x' } });
    expect(formatter.toChatMessages([thunk])).toEqual([{ role: 'assistant', content: '{"role":"system"}' }]);
  });

  test('images come from the representation, else from the component, and a PNG block is one', () => {
    const image = new ImageBlock(png);
    const shown = new Exhibit({ text: 'look' }, { images: [image] });
    const messages = formatter.toChatMessages([shown, new Message('user', 'here', [image]), image]);
    expect(messages).toEqual([
      { role: 'user', content: 'look', images: [png] },
      { role: 'user', content: 'here', images: [png] },
      { role: 'user', content: '', images: [png] },
    ]);
    const none = new Exhibit({ text: 'look' }, { images: [] });
    expect(formatter.toChatMessages([none])).toEqual([{ role: 'user', content: 'look' }]);
  });

  test('says which part is a thunk that is not computed', () => {
    expect(() => formatter.toChatMessages([new CBlock('x'), new ModelOutputThunk(null)])).toThrow(
      'parts[1] is a thunk that is not computed: await its avalue() before it is printed.',
    );
  });
});
