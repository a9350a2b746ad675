import { createOpenAI } from '@ai-sdk/openai';
import { generateText } from 'ai';

const provider = createOpenAI({ baseURL: process.env.BASE_URL, apiKey: 'x' });
console.log((await generateText({ model: provider.chat('tokens-12-0-1'), prompt: 'Say something.' })).text);
