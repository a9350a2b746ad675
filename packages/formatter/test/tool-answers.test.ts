import { expect, test } from 'vitest';
import { ChatFormatter } from '../src/chat-formatter.js';
import { Exhibit } from './components.js';

class Answer extends Exhibit {
  readonly toolName: string;

  constructor(role: 'tool' | 'user', toolName: string) {
    super({ content: 'found' }, { role, toolCallId: 'c1' });
    this.toolName = toolName;
  }
}

test('the answer of a tool carries the id of the call and the name of the tool, where there is one', () => {
  const parts = [new Answer('tool', 'search'), new Answer('tool', ''), new Answer('user', 'search')];
  expect(new ChatFormatter().toChatMessages(parts)).toEqual([
    { role: 'tool', content: 'found', toolCallId: 'c1', name: 'search' },
    { role: 'tool', content: 'found', toolCallId: 'c1' },
    { role: 'user', content: 'found', toolCallId: 'c1' },
  ]);
});
