import { type Subject, subjectOverWire } from '@melliflow/backend-conformance';
import { openaiWire } from '@melliflow/backend-conformance/servers';
import { OpenAIBackend } from '@melliflow/backend-openai';
import { type Backend, ConnectionError, type ContextCall, type RawCall } from '@melliflow/core';
import { cache, fallback, rateLimit, redact, redactOutput, WrappingBackend } from '../../src/index.js';

/** OpenAIBackend over the exam's server. */
export const openaiSubject: Subject = subjectOverWire({
  name: 'OpenAIBackend',
  wire: openaiWire(),
  backend: ({ baseURL }, settings) => new OpenAIBackend({ modelId: 'm', baseURL, ...settings }),
});

/** A subject with a wrapper around its backend. */
export function wrapped(
  subject: Subject,
  name: string,
  wrap: (backend: Backend) => Backend,
  gaps: Readonly<Record<string, string>> = {},
): Subject {
  return {
    name: `${name} around ${subject.name}`,
    scripts: subject.scripts,
    gaps: { ...subject.gaps, ...gaps },
    async backend(script) {
      const one = await subject.backend(script);
      return {
        backend: wrap(one.backend),
        requests: () => one.requests(),
        close: () => one.close(),
      };
    },
  };
}

/** As the other, but its provider cannot be reached. */
export class Unreachable extends WrappingBackend {
  // biome-ignore lint/correctness/useYield: it fails before it has anything to tell.
  override async *_generateFromContext(_: ContextCall): AsyncGenerator<never, void> {
    throw this.#error();
  }

  override async _generateFromRaw(_: RawCall): Promise<never> {
    throw this.#error();
  }

  #error(): ConnectionError {
    return new ConnectionError('nobody is there', { provider: this.provider, model: this.modelId });
  }
}

const answeredAlready = 'The same question was answered already: the cache gives the same answer.';

/** Laws that ask the same question again and want another answer, or another request. */
export const cacheGaps: Readonly<Record<string, string>> = {
  'format.validated': answeredAlready,
  'dispose.nothing-left': answeredAlready,
};

const throughFallback = (backend: Backend): Backend => fallback([new Unreachable(backend), backend]);
const limited = (backend: Backend): Backend =>
  rateLimit(backend, { requestsPerMinute: 10_000, tokensPerMinute: 10_000_000, concurrency: 64 });
const redacted = (backend: Backend): Backend => redact(backend, { patterns: [/\b\d{16}\b/, 'top secret'] });

/** No piece of the exam ends as one of these begins: it would be held back, as it must be. */
const outputRedacted = (backend: Backend): Backend =>
  redactOutput(backend, { patterns: [/\b\d{16}\b/, 'TOP SECRET'] });

/** A wrapper, or several, as an exam takes it. */
export interface Wrapper {
  readonly name: string;
  readonly wrap: (backend: Backend) => Backend;
  readonly gaps?: Readonly<Record<string, string>>;
}

/** Each by itself. */
export const alone: readonly Wrapper[] = [
  { name: 'fallback', wrap: throughFallback },
  { name: 'cache', wrap: (backend) => cache(backend), gaps: cacheGaps },
  { name: 'rateLimit', wrap: limited },
  { name: 'redact', wrap: redacted },
  { name: 'redactOutput', wrap: outputRedacted },
];

/** All of them, in two orders. */
export const stacked: readonly Wrapper[] = [
  {
    name: 'cache, redactOutput, redact, fallback and rateLimit',
    wrap: (backend) => cache(outputRedacted(redacted(throughFallback(limited(backend))))),
    gaps: cacheGaps,
  },
  {
    name: 'rateLimit, fallback, redactOutput, cache and redact',
    wrap: (backend) => limited(throughFallback(outputRedacted(cache(redacted(backend))))),
    gaps: cacheGaps,
  },
];

/** What all of them have below. */
export const base: Wrapper = { name: 'WrappingBackend', wrap: (backend) => new WrappingBackend(backend) };
