import { expect, it } from 'vitest';
import { toWireMessages } from '../src/to-wire-messages.js';

const origin = { provider: 'mine', model: 'm' };
const png = 'iVBORw0KGgo=';

it('a conversation with tools is told call by call', () => {
  const call = (name: string, id: string | null = null) => ({ id, name, args: { x: 1 } });
  const wire = toWireMessages(
    [
      { role: 'assistant', content: '', toolCalls: [call('f', 'a'), call('g')] },
      { role: 'tool', content: 'of g', name: 'g' },
      { role: 'tool', content: 'of f' },
      { role: 'assistant', content: 'so', toolCalls: [call('f')] },
      { role: 'tool', content: 'x', toolCallId: 'given' },
    ],
    origin,
  );
  const wireCall = (name: string, id: string) => ({
    id,
    type: 'function',
    function: { name, arguments: '{"x":1}' },
  });
  expect(wire).toEqual([
    { role: 'assistant', content: null, tool_calls: [wireCall('f', 'a'), wireCall('g', 'call_0_1')] },
    { role: 'tool', content: 'of g', tool_call_id: 'call_0_1' },
    { role: 'tool', content: 'of f', tool_call_id: 'a' },
    { role: 'assistant', content: 'so', tool_calls: [wireCall('f', 'call_3_0')] },
    { role: 'tool', content: 'x', tool_call_id: 'given' },
  ]);
  expect(() => toWireMessages([{ role: 'tool', content: 'x' }], origin)).toThrow('answers no call');
  const ofAnother = { role: 'tool', content: 'x', name: 'h' } as const;
  const asked = { role: 'assistant', content: '', toolCalls: [call('f')] } as const;
  expect(() => toWireMessages([asked, ofAnother], origin)).toThrow('answers no call');
  expect(() => toWireMessages([{ role: 'assistant', content: '', images: [png] }], origin)).toThrow('images');
  expect(
    toWireMessages([{ role: 'user', content: '', images: [`data:image/png;base64,${png}`] }], origin),
  ).toEqual([
    { role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }] },
  ]);
});
