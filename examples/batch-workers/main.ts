// Thirty prompts, two worker processes, one file of results. Kill any of the processes and start it again: what is
// recorded stays and is not asked again; what was under way is. docs/scale.md has the whole story.
// OPENAI_BASE_URL names the server, such as a vLLM, and MODEL its model; without it one in this process stands in,
// which answers every PACE_MS. The argument is the file of results.
import cluster from 'node:cluster';
import { OpenAIBackend } from '@melliflow/backend-openai';
import { coordinate } from './coordinator.js';
import { items } from './item.js';
import { Journal } from './journal.js';
import { standInServer } from './stand-in-server.js';
import { work } from './worker.js';

const modelId = process.env.MODEL ?? 'm';

if (cluster.isWorker) {
  // A request for each item: then one that fails or stalls is its own affair. The header names the worker in logs.
  const defaultHeaders = { 'x-worker': String(process.pid) };
  await work(new OpenAIBackend({ modelId, rawBatch: false, defaultHeaders }));
}

const paceMs = Number(process.env.PACE_MS ?? 200);
const standIn = process.env.OPENAI_BASE_URL ? null : await standInServer({ paceMs });
if (standIn) process.env.OPENAI_BASE_URL = standIn.baseURL; // The workers inherit it.

const journal = await Journal.open(process.argv[2] ?? 'results.jsonl');
console.log(`${journal.finished.size} recorded before`);
await coordinate({
  items: items(),
  journal,
  workers: 2,
  lot: 3,
  onRecorded: (finished) => console.log(`${finished} recorded`),
});
await journal.close();
await standIn?.close();
