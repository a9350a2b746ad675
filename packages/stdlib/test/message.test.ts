import { ComponentParseError, ImageBlock, ModelOutputThunk } from '@melliflow/core';
import { TemplateFormatter } from '@melliflow/formatter';
import { describe, expect, test } from 'vitest';
import { Message } from '../src/components/message.js';
import { readGolden } from './golden.js';
import { png } from './png.js';

interface ParseCase {
  readonly id: string;
  readonly value: string | null;
  readonly returned?: { readonly role: string; readonly content: string };
}

const { message_parse } = readGolden<{ message_parse: ParseCase[] }>('components');
/** The others read the text out of a provider's raw reply, which our thunks do not carry. */
const portable = message_parse.filter(({ id }) => ['plain', 'tools-no-meta', 'uncomputed'].includes(id));

describe('parse gives what the reference gave', () => {
  test('three of its cases can be told in our terms', () => {
    expect(portable).toHaveLength(3);
  });

  test.each(portable)('$id', ({ value, returned }) => {
    const parse = (): Message => new Message('user', 'hi').parse(new ModelOutputThunk(value));
    if (returned) expect(parse()).toMatchObject(returned);
    else expect(parse).toThrow(ComponentParseError);
  });
});

test('its text, role and images reach the chat; marks in the text are not evaluated', () => {
  const messages = [
    new Message('system', 'Be {{ kind }}.'),
    new Message('user', 'Look.', { images: [new ImageBlock(png)] }),
    new Message('tool', '{"a": 1}'),
  ];
  expect(new TemplateFormatter().toChatMessages(messages)).toEqual([
    { role: 'system', content: 'Be {{ kind }}.' },
    { role: 'user', content: 'Look.', images: [png] },
    { role: 'tool', content: '{"a": 1}' },
  ]);
});

test('an answer that was read as a message is one in the next prompt', () => {
  const thunk = new ModelOutputThunk('raw', { parsedRepr: new Message('assistant', 'Yes.') });
  expect(new TemplateFormatter().toChatMessages([thunk])).toEqual([{ role: 'assistant', content: 'Yes.' }]);
});

test('its parts are its text and its images', () => {
  const image = new ImageBlock(png);
  const parts = new Message('user', 'hi', { images: [image] }).parts();
  expect(parts.map(String)).toEqual(['hi', png]);
  expect(parts[1]).toBe(image);
});

test.each<[unknown, unknown, string]>([
  ['robot', 'hi', 'The role of a Message must be one of system, user, assistant, tool; got string "robot".'],
  ['user', null, 'The content of a Message must be text, got null.'],
])('refuses %s with %s', (role, content, message) => {
  expect(() => new Message(role as Message['role'], content as string)).toThrow(new TypeError(message));
});
