// The AI SDK: generateText and streamText.
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText } from 'ai';

export function open(origin) {
  const provider = createOpenAI({ baseURL: `${origin}/v1`, apiKey: 'x' });
  return {
    async whole(model, prompt) {
      return (await generateText({ model: provider.chat(model), prompt })).text;
    },
    async stream(model, prompt, { signal, onDelta }) {
      const { textStream } = streamText({ model: provider.chat(model), prompt, abortSignal: signal });
      for await (const text of textStream) onDelta(text);
    },
  };
}
