// Thousands of prompts through one `generateFromRaw`, a call each: the requests at once, what the heap keeps of each
// result, what of that is there already when a tenth is asked, and what is left when the results are let go.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { OpenAIBackend } from '@melliflow/backend-openai';
import { SimpleContext } from '@melliflow/stdlib';
import { measure, report } from '../lib/measure.mjs';
import { expectedText, modelName } from '../lib/texts.mjs';

const [, , , origin, sizes] = process.argv;
const { prompts, limit } = JSON.parse(sizes);
const settings = { modelId: modelName({ count: 12, delayMs: 2 }), baseURL: `${origin}/v1`, apiKey: 'x' };
let calls = 0;
let earlyMb = 0;
const counted = async (...request) => {
  calls += 1;
  if (calls === prompts / 10) earlyMb = (await heapMb()) - before;
  return fetch(...request);
};
const backend = new OpenAIBackend({ ...settings, fetch: counted, rawBatch: false, maxConcurrency: limit });
const ctx = new SimpleContext();
const texts = (count) => Array.from({ length: count }, (_, index) => `Prompt ${index}`);
/** A turn later: what the last one held is let go. */
const heapMb = async () => {
  await nextTurn();
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

let before = 0;
const warmUp = () => backend.generateFromRaw(texts(2000), ctx);
await warmUp();
const given = texts(prompts);
calls = 0;
before = await heapMb();
await (await fetch(`${origin}/most`)).json();
let { value: thunks, cpuMs } = await measure(() => backend.generateFromRaw(given, ctx));
const { mostRequests } = await (await fetch(`${origin}/most`)).json();
const keptMb = (await heapMb()) - before;
if (thunks.some(({ value }) => value !== expectedText({ count: 12 })))
  throw new Error('A text is another one.');
thunks = null;
const leftMb = (await heapMb()) - before;
report({
  cpuUs: (cpuMs * 1000) / prompts,
  requests: mostRequests,
  keptKb: (keptMb * 1024) / prompts,
  early: earlyMb / keptMb,
  left: leftMb / keptMb,
});
process.exit(0);
