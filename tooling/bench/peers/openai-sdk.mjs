// The official openai SDK, its own iterator.
import OpenAI from 'openai';

export function open(origin) {
  const client = new OpenAI({ baseURL: `${origin}/v1`, apiKey: 'x' });
  const messages = (prompt) => [{ role: 'user', content: prompt }];
  return {
    async whole(model, prompt) {
      const reply = await client.chat.completions.create({ model, messages: messages(prompt) });
      return reply.choices[0].message.content;
    },
    async stream(model, prompt, { signal, onDelta }) {
      const body = {
        model,
        messages: messages(prompt),
        stream: true,
        stream_options: { include_usage: true },
      };
      for await (const chunk of await client.chat.completions.create(body, { signal })) {
        const text = chunk.choices[0]?.delta.content;
        if (text) onDelta(text);
      }
    },
  };
}
