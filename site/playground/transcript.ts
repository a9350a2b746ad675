import type { StreamEvent } from '@melliflow/streaming';

/** A chunk on the page. */
export interface Shown {
  readonly text: string;
  /** `early`: shown before it was checked. `back`: shown, and taken back. */
  readonly state: 'early' | 'passed' | 'failed' | 'back';
  /** Its number in the stream, over all attempts; null where readers never got it. */
  readonly index: number | null;
  /** Why it failed. */
  readonly reason: string | null;
}

/** What a reader sees of one attempt. */
export interface Attempt {
  readonly chunks: readonly Shown[];
  /** How many chunks were judged. */
  readonly judged: number;
}

/** How a run stands. */
export interface Transcript {
  readonly attempts: readonly Attempt[];
  /** Null while it runs. */
  readonly outcome: 'complete' | 'stopped' | 'whole failed' | null;
  readonly remark: string | null;
}

export const empty: Transcript = { attempts: [{ chunks: [], judged: 0 }], outcome: null, remark: null };

/**
 * The page after an event. `asked(attempt, n)` gives the n-th chunk that the attempt's requirements were asked about,
 * both from 0.
 */
export function after(
  page: Transcript,
  event: StreamEvent,
  asked: (attempt: number, n: number) => string | undefined,
): Transcript {
  const last = page.attempts.at(-1) as Attempt;
  const change = (attempt: Partial<Attempt>): Transcript => ({
    ...page,
    attempts: [...page.attempts.slice(0, -1), { ...last, ...attempt }],
  });
  switch (event.type) {
    case 'chunk': {
      const state = last.chunks.length < last.judged ? 'passed' : 'early';
      return change({
        chunks: [...last.chunks, { text: event.text, state, index: event.chunkIndex, reason: null }],
      });
    }
    case 'quick_check': {
      const at = last.judged;
      const judged = at + 1;
      if (event.passed) return change({ judged, chunks: changed(last.chunks, at, { state: 'passed' }) });
      const shown = last.chunks[at];
      const text = shown?.text ?? asked(page.attempts.length - 1, at) ?? '';
      const reason = event.results.find(({ success }) => success === 'fail')?.reason ?? null;
      const failed = { text, state: 'failed' as const, index: shown?.index ?? null, reason };
      return change({ judged, chunks: [...last.chunks.slice(0, at), failed, ...last.chunks.slice(at + 1)] });
    }
    case 'retract': {
      if (event.channel !== 'text') return page;
      const isBack = ({ index, state }: Shown): boolean =>
        index !== null && index >= event.chunkIndex && state !== 'failed';
      const takenBack = (chunk: Shown): Shown => (isBack(chunk) ? { ...chunk, state: 'back' } : chunk);
      const attempts = page.attempts.map((one) => ({ ...one, chunks: one.chunks.map(takenBack) }));
      return { ...page, attempts };
    }
    case 'retry':
      return { ...page, attempts: [...page.attempts, { chunks: [], judged: 0 }] };
    case 'full_validation': {
      const failed = event.results.find((result) => !result.asBool());
      return failed ? { ...page, outcome: 'whole failed', remark: failed.reason } : page;
    }
    case 'completed':
      return { ...page, outcome: page.outcome ?? (event.success ? 'complete' : 'stopped') };
    case 'error':
      return { ...page, remark: event.detail };
    default:
      return page;
  }
}

function changed(chunks: readonly Shown[], at: number, change: Partial<Shown>): readonly Shown[] {
  return chunks.map((chunk, i) => (i === at ? { ...chunk, ...change } : chunk));
}
