// Thousands of prompts through one `generateFromRaw`, a call each: the requests at once, and what the heap keeps.

import { OpenAIBackend } from '@melliflow/backend-openai';
import { SimpleContext } from '@melliflow/stdlib';
import { measure, report } from '../lib/measure.mjs';
import { expectedText, modelName } from '../lib/texts.mjs';

const [, , , origin, sizes] = process.argv;
const { prompts, limit } = JSON.parse(sizes);
const settings = { modelId: modelName({ count: 12, delayMs: 2 }), baseURL: `${origin}/v1`, apiKey: 'x' };
const backend = new OpenAIBackend({ ...settings, rawBatch: false, maxConcurrency: limit });
const ctx = new SimpleContext();
const texts = (count) => Array.from({ length: count }, (_, index) => `Prompt ${index}`);
const heapMb = () => {
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

await backend.generateFromRaw(texts(500), ctx);
const given = texts(prompts);
const before = heapMb();
await (await fetch(`${origin}/most`)).json();
const { value: thunks, cpuMs } = await measure(() => backend.generateFromRaw(given, ctx));
const { mostRequests } = await (await fetch(`${origin}/most`)).json();
const keptMb = heapMb() - before;
if (thunks.some(({ value }) => value !== expectedText({ count: 12 })))
  throw new Error('A text is another one.');
report({ cpuUs: (cpuMs * 1000) / prompts, requests: mostRequests, keptKb: (keptMb * 1024) / prompts });
process.exit(0);
