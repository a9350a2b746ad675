import { expect, it } from 'vitest';
import { ollamaServer } from '../src/servers/index.js';

it('a document with comments stays the same document', async () => {
  await using server = await ollamaServer();
  const deltas = ['a', 'b'.repeat(400)];
  server.reply({ deltas, fault: { kind: 'comments' } });
  const body = JSON.stringify({ model: 'm', messages: [], stream: false });
  const reply = await fetch(`${server.baseURL}/api/chat`, { method: 'POST', body });
  expect(await reply.json()).toMatchObject({ message: { content: deltas.join('') } });
});
