// The official ollama SDK, its own iterator.
import { Ollama } from 'ollama';

export function open(origin) {
  const client = new Ollama({ host: origin });
  const messages = (prompt) => [{ role: 'user', content: prompt }];
  return {
    async whole(model, prompt) {
      return (await client.chat({ model, messages: messages(prompt), stream: false })).message.content;
    },
    async stream(model, prompt, { signal, onDelta }) {
      const parts = await client.chat({ model, messages: messages(prompt), stream: true });
      signal?.addEventListener('abort', () => parts.abort(), { once: true });
      for await (const { message } of parts) if (message.content) onDelta(message.content);
    },
  };
}
