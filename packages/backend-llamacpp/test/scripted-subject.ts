import type { Subject } from '@melliflow/backend-conformance';
import { tinyModelPath } from '@melliflow/model-tiny';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { LlamaCppBackend } from '../src/index.js';
import { scriptedEngine } from './scripted-engine.js';

const llama = await getLlama({
  gpu: false,
  build: 'never',
  progressLogs: false,
  maxThreads: 0,
  logLevel: LlamaLogLevel.error,
});

/** The backend with the real engine and the tiny model, which is made to draw the tokens of the script. */
export const scriptedSubject: Subject = {
  name: 'LlamaCppBackend',
  scripts: {
    // It has no wire that could break, and its grammars let through nothing but calls and values that were asked for.
    faults: ['stall', 'drip', 'split-utf8', 'tool-fragments'],
    // It counts tokens and probabilities itself.
    members: ['thinking', 'toolCalls', 'finish'],
    settings: ['modelOptions', 'maxConcurrency', 'timeouts'],
    characters: 3000,
  },
  backend({ replies, settings: { modelOptions, maxConcurrency, timeouts } }) {
    const { client, requests } = scriptedEngine(llama, replies);
    // Scripts by prompt are asked sixty times at once; the others have one or two calls with long answers.
    const room =
      typeof replies === 'function'
        ? { sequences: 60, contextSize: 256 }
        : { sequences: 2, contextSize: 4608 };
    const backend = new LlamaCppBackend({
      modelId: tinyModelPath,
      client,
      modelOptions,
      maxConcurrency,
      timeouts,
      ...room,
    });
    return { backend, requests: () => requests, close: () => backend.dispose() };
  },
};
