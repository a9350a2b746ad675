import { describe, expect, it } from 'vitest';
import { followOutput, thunkFromEvents } from '../src/implement/index.js';
import type { GenerationEvent } from '../src/index.js';

describe('followOutput', () => {
  it('tells every event just after the thunk took it in', async () => {
    async function* source(): AsyncGenerator<GenerationEvent> {
      yield { type: 'thinking', text: 'hm' };
      yield { type: 'tool_call', name: 'send', args: {} };
      yield { type: 'text', text: 'Yes.' };
      yield { type: 'finish', reason: 'stop' };
    }
    const thunk = thunkFromEvents(source);
    const heard: unknown[] = [];
    followOutput(thunk, ({ type }) =>
      heard.push([type, thunk.thinking, thunk.toolCalls?.length ?? 0, thunk.partialValue]),
    );
    await thunk.avalue();
    expect(heard).toEqual([
      ['thinking', 'hm', 0, ''],
      ['tool_call', 'hm', 1, ''],
      ['text', 'hm', 1, 'Yes.'],
      ['finish', 'hm', 1, 'Yes.'],
    ]);
  });
});
