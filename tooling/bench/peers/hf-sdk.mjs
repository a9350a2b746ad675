// The official @huggingface/inference SDK, its own iterator.
import { InferenceClient } from '@huggingface/inference';

export function open(origin) {
  const client = new InferenceClient('hf_x', { endpointUrl: `${origin}/v1` });
  const messages = (prompt) => [{ role: 'user', content: prompt }];
  return {
    async whole(model, prompt) {
      const reply = await client.chatCompletion({ model, messages: messages(prompt) });
      return reply.choices[0].message.content;
    },
    async stream(model, prompt, { signal, onDelta }) {
      for await (const chunk of client.chatCompletionStream(
        { model, messages: messages(prompt) },
        { signal },
      )) {
        const text = chunk.choices[0]?.delta.content;
        if (text) onDelta(text);
      }
    },
  };
}
