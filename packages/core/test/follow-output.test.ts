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

  it('tells the text so far first, in its deltas, and no delta twice', async () => {
    let goOn = (): void => undefined;
    const mayGoOn = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    async function* source(): AsyncGenerator<GenerationEvent> {
      yield { type: 'text', text: 'O' };
      yield { type: 'text', text: 'ne.' };
      await mayGoOn;
      yield { type: 'text', text: ' Two.' };
      yield { type: 'finish', reason: 'stop' };
    }
    const thunk = thunkFromEvents(source);
    const reader = thunk[Symbol.asyncIterator]();
    await reader.next();
    await reader.next();
    const heard: string[] = [];
    followOutput(thunk, (event) => heard.push(event.type === 'text' ? event.text : event.type));
    expect(heard).toEqual(['O', 'ne.']);
    goOn();
    await thunk.avalue();
    expect(heard).toEqual(['O', 'ne.', ' Two.', 'finish']);
  });
});
