import { textOf } from '@melliflow/core/implement';
import type { Untimed } from './outbox.js';
import type { StreamChannel } from './stream-channel.js';

/** How a run can end. */
export type StreamEnd =
  | { kind: 'done' }
  | { kind: 'failed' }
  | { kind: 'cancelled' }
  | { kind: 'error'; error: unknown };

/** How many chunks of each channel. */
type Counts = Readonly<Record<StreamChannel, number>>;

interface Ended {
  readonly success: boolean;
  readonly fullText: string;
  readonly attempt: { readonly number: number; readonly shown: Counts; readonly settledCount: Counts };
}

/** What is told of a run that is over: what is taken back, what was thrown, and that it is over. */
export function lastEventsOf({ success, fullText, attempt }: Ended, end: StreamEnd): Untimed[] {
  const retracted = success ? [] : shownBeyond(attempt.shown, attempt.settledCount);
  const events: Untimed[] = retracted.map(([channel, chunkIndex]) => ({
    type: 'retract',
    channel,
    chunkIndex,
    attempt: attempt.number,
  }));
  if (end.kind === 'error') {
    const exceptionType = end.error instanceof Error ? end.error.name : 'Error';
    events.push({ type: 'error', exceptionType, detail: textOf(end.error) });
  }
  return [...events, { type: 'completed', success, fullText, attemptsUsed: attempt.number }];
}

/** Which channels were shown beyond what stands of them, and from which chunk on. */
export function shownBeyond(shown: Counts, stands: Counts): [StreamChannel, number][] {
  return (['text', 'thinking', 'tool_call'] as const).flatMap((channel): [StreamChannel, number][] =>
    shown[channel] > stands[channel] ? [[channel, stands[channel]]] : [],
  );
}
