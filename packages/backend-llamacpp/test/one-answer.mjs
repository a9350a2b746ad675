// A program as a user writes it, for process.test.ts: no dispose, and nothing printed but the answer.
import { LlamaCppBackend } from '@melliflow/backend-llamacpp';
import { tinyModelPath } from '@melliflow/model-tiny';
import { SimpleContext } from '@melliflow/stdlib';

const backend = new LlamaCppBackend({ modelId: tinyModelPath });
const [thunk] = await backend.generateFromContext('Why is the sky blue?', new SimpleContext());
console.log(await thunk.avalue());
