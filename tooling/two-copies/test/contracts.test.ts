import { runExam } from '@melliflow/backend-conformance';
import { cache, fallback, rateLimit, redact, WrappingBackend } from '@melliflow/backend-wrappers';
import { type Backend, ModelOutputThunk, Requirement, UnsupportedFeatureError } from '@melliflow/core';
import {
  act,
  ChatContext,
  RejectionSamplingStrategy,
  react,
  Session,
  SimpleContext,
  startSession,
  validateAll,
} from '@melliflow/stdlib';
import { stream, streamWithChunking } from '@melliflow/streaming';
import { describe, expect, it } from 'vitest';
import { failureOf, there } from './copies.js';

/** A backend of the second copy, as a later contract would have made it: its own core would run it. */
function later(): { backend: Backend; asked: () => number } {
  const backend = new there.testing.ScriptedBackend([{ deltas: ['yes'] }]);
  let asked = 0;
  const generateFromContext = async (): Promise<never> => {
    asked += 1;
    throw new Error('It was asked.');
  };
  Object.defineProperties(backend, {
    contract: { value: 2 },
    coreVersion: { value: '2.3.4' },
    generateFromContext: { value: generateFromContext },
  });
  return { backend, asked: () => asked };
}

const good = () => new there.testing.ScriptedBackend([{ deltas: ['yes'] }]);
const past = () => new ChatContext().add(ModelOutputThunk.computed('Good day.'));

const entrances: Readonly<Record<string, (backend: Backend) => unknown>> = {
  streamWithChunking: (backend) => streamWithChunking('x', backend, new SimpleContext()),
  'streamWithChunking, validationBackend': (validationBackend) =>
    streamWithChunking('x', good(), new SimpleContext(), { validationBackend }),
  stream: (backend) => stream('x', backend, new SimpleContext()),
  startSession: (backend) => startSession({ backend }),
  Session: (backend) => new Session({ backend }),
  act: (backend) => act('x', new SimpleContext(), backend),
  validateAll: (backend) => validateAll(['be kind'], past(), backend),
  'Requirement.validate': (backend) => new Requirement('be kind').validate(backend, past()),
  react: (backend) => react({ backend, goal: 'x', tools: [] }),
  strategy: (backend) => new RejectionSamplingStrategy().sample('x', new SimpleContext(), backend),
  WrappingBackend: (backend) => new WrappingBackend(backend),
  fallback: (backend) => fallback([good(), backend]),
  'fallback, validationBackend': (validationBackend) => fallback([good()], { validationBackend }),
  cache: (backend) => cache(backend),
  rateLimit: (backend) => rateLimit(backend, { requestsPerMinute: 9 }),
  redact: (backend) => redact(backend, { patterns: [/x/g] }),
};

describe('a backend of a later contract', () => {
  it.each(Object.entries(entrances))('is refused by %s before it is asked anything', async (_, enter) => {
    const { backend, asked } = later();
    const error = await failureOf((async () => enter(backend))());
    expect(error.message).toBe(
      `scripted: the backend has contract 2 (on @melliflow/core 2.3.4), @melliflow/core ${good().coreVersion} has 1. ` +
        'Upgrade @melliflow/core.',
    );
    expect(UnsupportedFeatureError.is(error)).toBe(true);
    expect(asked()).toBe(0);
  });

  it.each([
    ['streamWithChunking', (backend: Backend) => streamWithChunking('x', backend, new SimpleContext())],
    ['act', (backend: Backend) => act('x', new SimpleContext(), backend)],
  ])('is told from what is no backend at all by %s', async (name, enter) => {
    for (const [none, got] of [
      [undefined, 'undefined'],
      ['openai', 'string "openai"'],
      [{ contract: 1 }, 'an object of class Object'],
    ]) {
      const error = await failureOf(enter(none as Backend));
      expect(error).toEqual(new TypeError(`${name}: backend must be a Backend, got ${got}.`));
    }
  });

  it('breaks every law of its exam, and the report says what to upgrade', async () => {
    const subject = {
      name: 'later',
      backend: () => ({ backend: later().backend, requests: () => [], close: async () => undefined }),
    };
    const { results } = await runExam(subject, { chapters: ['construct'] });
    expect(results.length).toBeGreaterThan(3);
    for (const { outcome, why } of results) {
      expect(outcome).toBe('broken');
      expect(why).toMatch(/has contract 2 \(on @melliflow\/core 2\.3\.4\).* Upgrade @melliflow\/core\.$/);
    }
  });
});
