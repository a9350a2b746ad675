import { ChatOpenAI } from '@langchain/openai';

const configuration = { baseURL: process.env.BASE_URL };
const chat = new ChatOpenAI({ model: 'tokens-12-0-1', apiKey: 'x', configuration });
console.log((await chat.invoke('Say something.')).content);
