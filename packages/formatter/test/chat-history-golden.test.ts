import { readFileSync } from 'node:fs';
import { CBlock, type ChatMessage, ModelOutputThunk, type Part } from '@melliflow/core';
import { describe, expect, test } from 'vitest';
import { ChatFormatter } from '../src/chat-formatter.js';
import { TemplateFormatter } from '../src/template-formatter.js';
import { Message, Plain } from './components.js';

interface Outcome {
  readonly returned: readonly ChatMessage[];
}

interface Case {
  readonly id: string;
  readonly as_generic_chat_history: Outcome;
  readonly generic_with_formatter: Outcome;
}

const golden: { chat_history: Case[] } = JSON.parse(
  readFileSync(new URL('./golden/chat-history.json', import.meta.url), 'utf8'),
);

class BlockOfAnotherKind extends CBlock {}

const histories: Readonly<Record<string, readonly Part[]>> = {
  messages: [new Message('user', 'a'), new Message('assistant', 'b')],
  'mot-message': [
    new Message('user', 'a'),
    new ModelOutputThunk('raw', { parsedRepr: new Message('assistant', 'p') }),
  ],
  'mot-str': [new ModelOutputThunk('raw', { parsedRepr: 'parsed' })],
  'mot-none': [new ModelOutputThunk('raw')],
  'mot-int': [new ModelOutputThunk('5', { parsedRepr: 5 })],
  cblock: [new CBlock('x')],
  'cblock-none': [new CBlock(null)],
  'cblock-subclass': [new BlockOfAnotherKind('y')],
  document: [new Plain('<Document>')],
  instruction: [new Plain('<Instruction>')],
};

/** In these two the trace used a formatter that prints class names: blocks print their text. */
const printedWithoutFormatter: ReadonlySet<string> = new Set(['mot-int', 'cblock-subclass']);

describe.each([
  ['ChatFormatter', new ChatFormatter()],
  ['TemplateFormatter', new TemplateFormatter()],
])('%s gives the chat histories of the reference', (_, formatter) => {
  test.each(golden.chat_history)('$id', ({ id, as_generic_chat_history, generic_with_formatter }) => {
    const { returned } = printedWithoutFormatter.has(id) ? as_generic_chat_history : generic_with_formatter;
    expect(formatter.toChatMessages(histories[id] ?? [])).toEqual(returned);
  });
});
