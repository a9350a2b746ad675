import { describe, expect, it } from 'vitest';
import { toAcmeMessages } from '../src/to-acme-messages.js';

describe('messages', () => {
  it('pair the answers of tools with the calls that have no id', () => {
    const call = { id: null, name: 'weather_of', args: { city: 'Bern' } };
    const messages = toAcmeMessages(
      [
        { role: 'assistant', content: '', toolCalls: [call, call] },
        { role: 'tool', content: 'rain' },
        { role: 'tool', content: 'sun' },
      ],
      { provider: 'acme', model: 'm' },
    );
    expect(messages.slice(1)).toMatchObject([{ tool_call_id: 'call_0_0' }, { tool_call_id: 'call_0_1' }]);
  });
});
