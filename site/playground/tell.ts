import type { Backend, Requirement } from '@melliflow/core';
import { bannedTerms, lengthLimit, sentenceLimit } from '@melliflow/guardrails';
import { SimpleContext } from '@melliflow/stdlib';
import {
  type ChunkingName,
  type ReleaseMode,
  type RetryOptions,
  streamWithChunking,
} from '@melliflow/streaming';
import { after, empty, type Transcript } from './transcript.js';
import { Witness } from './witness.js';

/** What can be changed on the page. */
export interface Settings {
  readonly prompt: string;
  readonly chunking: ChunkingName;
  /** Words and phrases between commas. */
  readonly banned: string;
  /** 0: no limit. */
  readonly maxWords: number;
  /** 0: no limit. */
  readonly maxSentences: number;
  readonly release: 'strict' | 'window' | 'optimistic';
  readonly retry: 'none' | RetryOptions['mode'];
  readonly temperature: number;
  /** For the page's backend: the first attempt's, counting up from there. */
  readonly seed: number;
  readonly paceMs: number;
}

/** Attempts in all, where another one is wanted. */
const ATTEMPTS = 4;

/** Runs the prompt and gives the page after each event. An abort ends it as a cancel does. */
export async function* tell(
  settings: Settings,
  backend: Backend,
  signal: AbortSignal,
): AsyncGenerator<Transcript> {
  const { prompt, chunking, release, retry, temperature, paceMs } = settings;
  const witness = new Witness();
  const stream = await streamWithChunking(prompt, backend, new SimpleContext(), {
    requirements: [witness, ...requirementsOf(settings)],
    chunking,
    release: releaseOf(release),
    // The tiny model does not learn from reasons, so it is asked the same again, and draws anew.
    retry: retry === 'none' ? undefined : { attempts: ATTEMPTS, mode: retry, repair: (action) => action },
    modelOptions: { temperature, providerOptions: { page: { paceMs } } },
  });
  const cancel = (): void => void stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  let page = empty;
  try {
    for await (const event of stream.events()) {
      page = after(page, event, (attempt, n) => witness.attempts[attempt]?.[n]);
      yield page;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    await stream.cancel();
  }
}

/** The requirements of `@melliflow/guardrails` that the settings ask for. */
export function requirementsOf({ banned, maxWords, maxSentences }: Settings): Requirement[] {
  const terms = banned
    .split(',')
    .map((term) => term.trim())
    .filter((term) => term !== '');
  return [
    ...(terms.length > 0 ? [bannedTerms(terms)] : []),
    ...(maxWords > 0 ? [lengthLimit({ maxWords })] : []),
    ...(maxSentences > 0 ? [sentenceLimit(maxSentences)] : []),
  ];
}

function releaseOf(release: Settings['release']): ReleaseMode {
  return release === 'window' ? { window: 4 } : release;
}
