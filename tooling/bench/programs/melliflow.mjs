import { OpenAIBackend } from '@melliflow/backend-openai';
import { SimpleContext } from '@melliflow/stdlib';

const backend = new OpenAIBackend({ modelId: 'tokens-12-0-1', baseURL: process.env.BASE_URL, apiKey: 'x' });
const [thunk] = await backend.generateFromContext('Say something.', new SimpleContext());
console.log(await thunk.avalue());
