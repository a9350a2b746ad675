// LangChain.js: invoke and stream of ChatOpenAI.
import { ChatOpenAI } from '@langchain/openai';

export function open(origin) {
  const chats = new Map();
  const chat = (model) => {
    if (!chats.has(model)) {
      chats.set(model, new ChatOpenAI({ model, apiKey: 'x', configuration: { baseURL: `${origin}/v1` } }));
    }
    return chats.get(model);
  };
  return {
    async whole(model, prompt) {
      return (await chat(model).invoke(prompt)).content;
    },
    async stream(model, prompt, { signal, onDelta }) {
      for await (const { content } of await chat(model).stream(prompt, { signal }))
        if (content) onDelta(content);
    },
  };
}
