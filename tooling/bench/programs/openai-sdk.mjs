import OpenAI from 'openai';

const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: 'x' });
const messages = [{ role: 'user', content: 'Say something.' }];
const reply = await client.chat.completions.create({ model: 'tokens-12-0-1', messages });
console.log(reply.choices[0].message.content);
