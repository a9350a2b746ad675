import {
  CBlock,
  type ChatMessage,
  ImageBlock,
  isModelOutputThunk,
  ModelOutputThunk,
  ModelToolCall,
} from '@melliflow/core';
import { TemplateFormatter } from '@melliflow/formatter';
import { describe, expect, test } from 'vitest';
import { asChatHistory } from '../src/components/as-chat-history.js';
import { Document } from '../src/components/document.js';
import { fromChatHistory } from '../src/components/from-chat-history.js';
import { Instruction } from '../src/components/instruction.js';
import { Message } from '../src/components/message.js';
import { ToolMessage } from '../src/components/tool-message.js';
import { ChatContext } from '../src/contexts/chat-context.js';
import { SimpleContext } from '../src/contexts/simple-context.js';
import { tool } from '../src/tools/tool.js';
import { png } from './png.js';

const look = tool({ name: 'look', parameters: {}, execute: () => 'seen' });

describe('a context as a chat history', () => {
  test('every entry is a message, in order, also those that a window hides', () => {
    const ctx = new ChatContext({ windowSize: 1 })
      .add(new Message('system', 'Be brief.'))
      .add(new Instruction('Look.', { images: [new ImageBlock(png)], requirements: ['be kind'] }))
      .add(
        new ModelOutputThunk('', {
          toolCalls: [new ModelToolCall({ id: 'c', name: 'look', func: look, args: {} })],
        }),
      )
      .add(new ToolMessage({ id: 'c', name: 'look' }, 'seen'))
      .add(new ModelOutputThunk('A dot.'))
      .add(new Document('page', { title: 'T' }))
      .add(new CBlock('Thanks.'));
    expect(asChatHistory(ctx)).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Look.\n\nRequirements:\n- be kind', images: [png] },
      { role: 'assistant', content: '', toolCalls: [{ id: 'c', name: 'look', args: {} }] },
      { role: 'tool', content: 'seen', toolCallId: 'c', name: 'look' },
      { role: 'assistant', content: 'A dot.' },
      { role: 'user', content: 'T\npage' },
      { role: 'user', content: 'Thanks.' },
    ]);
  });

  test('is worded by the formatter that is given', () => {
    const formatter = new TemplateFormatter({ templates: { Instruction: '<{{ description }}>' } });
    expect(asChatHistory(new ChatContext().add(new Instruction('d')), formatter)[0]?.content).toBe('<d>');
  });

  test('an output that is not there yet is an error that says which', () => {
    const ctx = new ChatContext().add(new CBlock('a')).add(new ModelOutputThunk(null));
    expect(() => asChatHistory(ctx)).toThrow('parts[1] is a thunk that is not computed');
  });
});

describe('and back', () => {
  const history: ChatMessage[] = [
    { role: 'user', content: 'Look.', images: [png] },
    { role: 'assistant', content: 'I look.', toolCalls: [{ id: 'c', name: 'look', args: { n: 1 } }] },
    { role: 'tool', content: 'seen', toolCallId: 'c' },
    { role: 'assistant', content: 'A dot.' },
  ];

  test('the same messages, with the names of the tools that answer', () => {
    const again = asChatHistory(fromChatHistory(history));
    expect(again).toEqual(history.map((m) => (m.role === 'tool' ? { ...m, name: 'look' } : m)));
    expect(asChatHistory(fromChatHistory(again))).toEqual(again);
    expect(asChatHistory(fromChatHistory([{ role: 'tool', content: 'x', toolCallId: 'y' }]))).toEqual([
      { role: 'tool', content: 'x', toolCallId: 'y' },
    ]);
    const drawn: ChatMessage[] = [{ role: 'assistant', content: 'see', images: [png] }];
    expect(asChatHistory(fromChatHistory(drawn))).toEqual(drawn);
  });

  test('what the assistant said is an output, and its calls can be run again', async () => {
    const ctx = fromChatHistory(history, { tools: [look] });
    expect(ctx.lastOutput()?.value).toBe('A dot.');
    const [, asked] = ctx.asList();
    const [call] = (isModelOutputThunk(asked) && asked.toolCalls) || [];
    expect(await call?.callFunc()).toBe('seen');
  });

  test('goes on in the context that is given', () => {
    const ctx = new SimpleContext().add(new CBlock('before'));
    const after = fromChatHistory(history.slice(0, 1), { ctx });
    expect(after).toBeInstanceOf(SimpleContext);
    expect(after.asList()[0]).toBe(ctx.asList()[0]);
    expect(after.asList()).toHaveLength(2);
  });

  test('refuses what is no message', () => {
    expect(() => fromChatHistory([7 as never])).toThrow(
      'messages[0] must be a message of a chat, got number 7.',
    );
    expect(() => fromChatHistory('x' as never)).toThrow('messages must be an array, got string "x".');
    expect(() => fromChatHistory([{ role: 'robot' as 'user', content: 'x' }])).toThrow(
      'The role of a Message',
    );
  });
});
