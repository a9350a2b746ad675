// When a server is down the next one is asked, and what it answered once comes out of a cache.
import { openaiServer } from '@melliflow/backend-conformance/servers';
import { LlamaCppBackend } from '@melliflow/backend-llamacpp';
import { OpenAIBackend } from '@melliflow/backend-openai';
import { cache, fallback } from '@melliflow/backend-wrappers';
import { tinyModelPath } from '@melliflow/model-tiny';
import { startSession } from '@melliflow/stdlib';

const closed = await openaiServer();
await closed.close(); // Its port answers nobody any more.

const first = new OpenAIBackend({ modelId: 'm', baseURL: closed.baseURL, retry: { attempts: 1 } });
const second = new LlamaCppBackend({ modelId: tinyModelPath });
await using backend = fallback([cache(first), cache(second)]);
await using m = await startSession({ backend });

const questions = ['What is the capital of Norway?', 'What sound does a cat make?'];
for (const question of [...questions, ...questions.slice(0, 1)]) {
  const { value, generation } = await m.instruct(question);
  const { provider, warnings, usage } = generation;
  console.log(question);
  console.log(`  ${value}`);
  console.log(`  by ${[provider, ...warnings.map(({ option }) => option)].join(', ')}`);
  console.log(`  ${usage?.details?.tokensFromCache ?? 0} of ${usage?.totalTokens} tokens were saved`);
}
