import {
  type CacheStore,
  cache,
  fallback,
  rateLimit,
  redact,
  redactOutput,
} from '@melliflow/backend-wrappers';
import type { Backend } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import type { Operation, Outcome } from '../operation.js';
import type { Provider } from '../providers.js';
import { format } from './format.js';
import { raw } from './raw.js';
import { stream, whole } from './stream.js';
import { validated } from './validated.js';

const kinds = [stream, whole, raw, validated, format];

/** One wrapper for all operations of a backend, as in a program that has one limit. */
const limited = new WeakMap<Backend, Backend>();

function limitedOnce(backend: Backend): Backend {
  const kept = limited.get(backend) ?? rateLimit(backend, { concurrency: 5 });
  limited.set(backend, kept);
  return kept;
}

/** An asynchronous store, as those of servers are. */
function laterStore(): CacheStore {
  const kept = new Map<string, string>();
  return {
    get: async (key: string) => kept.get(key),
    set: async (key: string, value: string) => void kept.set(key, value),
    delete: async (key: string) => kept.delete(key),
  };
}

const wrappers: readonly ((backend: Backend, provider: Provider) => Backend)[] = [
  (backend, { dead }) => fallback([dead, backend]),
  (backend) => cache(backend),
  (backend) => cache(backend, { store: laterStore() }),
  (backend) => redact(backend, { patterns: [/\b\d{16}\b/, 'top secret'] }),
  (backend) => redactOutput(backend, { patterns: [/\b\d{16}\b/, 'top secret'] }),
];

/** A generation of any kind through one wrapper or two. */
export async function wrapped(operation: Operation): Promise<Outcome> {
  const { chance, provider } = operation;
  const run = chance.pick(kinds);
  const isLimited = chance.happens(0.3);
  const [first, second] = [chance.pick(wrappers), chance.pick(wrappers)];
  const isTwice = chance.happens(0.4);
  return run(operation, (backend) => {
    const once = first(isLimited ? limitedOnce(backend) : backend, provider);
    return isTwice ? second(once, provider) : once;
  });
}

/** One question that many ask at the same time: the model is asked once. */
export async function asked(operation: Operation): Promise<Outcome> {
  const { chance, signal } = operation;
  const question = operation.ask();
  const backend = cache(operation.backend);
  const ask = async (): Promise<Outcome> => {
    try {
      const [thunk] = await backend.generateFromContext(question.prompt, new SimpleContext(), {
        modelOptions: { stream: true },
        signal,
      });
      const left = operation.leave(() => thunk.cancelGeneration());
      const text = await thunk.avalue();
      await left;
      return operation.outcomeOf(text, question, !thunk.cancelled);
    } catch (error) {
      return operation.failed(error);
    }
  };
  const outcomes = await Promise.all(Array.from({ length: 2 + chance.below(12) }, ask));
  return outcomes.find((outcome) => outcome !== 'whole') ?? 'whole';
}
