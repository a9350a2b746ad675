import { createHash } from 'node:crypto';
import {
  type Chapter,
  chapters,
  type ExamScript,
  examine,
  type ProviderRequest,
  passed,
  runExam,
  type Subject,
  sentences,
  subjectOverWire,
} from '@melliflow/backend-conformance';
import { openaiWire } from '@melliflow/backend-conformance/servers';
import { OpenAIBackend } from '@melliflow/backend-openai';
import { cassette } from '@melliflow/testing/cassettes';
import { describe, expect, it } from 'vitest';
import { cassetteFiles } from './folder.js';

const fileOf = cassetteFiles();

const openai = subjectOverWire({
  name: 'OpenAIBackend',
  wire: openaiWire(),
  backend: ({ baseURL }, settings) => new OpenAIBackend({ modelId: 'm', baseURL, ...settings }),
});

/** The file of each backend of an exam: by its script, and which of those with the same script it is. */
function namesOfScripts(): (script: ExamScript) => string {
  const counts = new Map<string, number>();
  return ({ replies, settings }) => {
    const text = JSON.stringify([typeof replies === 'function' ? String(replies) : replies, settings]);
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    return fileOf(`${createHash('sha256').update(text).digest('hex')}-${count}.json`);
  };
}

/** What the provider was sent while a cassette was recorded. */
const requests = new Map<string, () => readonly ProviderRequest[]>();

function recording(): Subject {
  const nameOf = namesOfScripts();
  return {
    ...openai,
    name: 'cassette that records OpenAIBackend',
    async backend(script) {
      const one = await openai.backend(script);
      const file = nameOf(script);
      requests.set(file, () => one.requests());
      return {
        backend: cassette(one.backend, { file, mode: 'record' }),
        requests: () => one.requests(),
        close: () => one.close(),
      };
    },
  };
}

const allAtOnce = 'The requests are those of the recording: all of them were made already.';
const nothingWaits = 'A replay at once waits for nothing.';

/** What it takes to wait for a provider is not asked of a replay. */
const ofTime: readonly Chapter[] = ['retry', 'timeouts'];

/** The same laws again, when each server is gone before it is asked. */
function replaying(): Subject {
  const nameOf = namesOfScripts();
  return {
    ...openai,
    name: 'cassette that replays OpenAIBackend',
    gaps: {
      'context.awaited': allAtOnce,
      'walk.first': allAtOnce,
      'walk.raw': allAtOnce,
      'raw.limit': allAtOnce,
      'walk.settled': nothingWaits,
      'walk.cancel': nothingWaits,
    },
    async backend(script) {
      const one = await openai.backend(script);
      await one.close();
      const file = nameOf(script);
      return {
        backend: cassette(one.backend, { file, mode: 'replay' }),
        requests: () => requests.get(file)?.() ?? [],
        close: async () => undefined,
      };
    },
  };
}

const recorded = await runExam(recording());

it('a cassette that records keeps every law: it changes nothing on the way', () => {
  expect(passed(recorded), sentences(recorded)).toBe(true);
  expect(recorded.results.filter(({ outcome }) => outcome !== 'kept')).toEqual([]);
});

examine(
  replaying(),
  { describe, it },
  { chapters: chapters.filter((chapter) => !ofTime.includes(chapter)), limitMs: 5000 },
);
