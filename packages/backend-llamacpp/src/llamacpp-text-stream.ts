import type { GenerationEvent, TokenLogprob } from '@melliflow/core';

/** One piece of an answer: of its text, or of what the model thinks before it. */
interface Piece {
  readonly type: 'text' | 'thinking';
  text: string;
  readonly logprobs: TokenLogprob[];
}

/** Takes a piece; without a `type` it is text. */
export type PushPiece = (text: string, type?: Piece['type'], logprobs?: readonly TokenLogprob[]) => void;

/**
 * What `run` pushes, as an iterable; what came while nobody read arrives as one piece of a type, so nothing queues up.
 * Returns what `run` gives, or undefined when the abort of `signal` ended it. When `signal` aborts or the reader
 * leaves, `stop` aborts, and the iterator ends after `run` has ended.
 */
export async function* streamText<T>(
  signal: AbortSignal,
  run: (push: PushPiece, stop: AbortSignal) => Promise<T>,
): AsyncGenerator<GenerationEvent, T | undefined> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);

  const pending: Piece[] = [];
  let running = true;
  let wake: (() => void) | null = null;
  const push: PushPiece = (text, type = 'text', logprobs = []) => {
    if (text === '' && logprobs.length === 0) return;
    const last = pending.at(-1);
    if (last?.type === type) {
      last.text += text;
      last.logprobs.push(...logprobs);
    } else pending.push({ type, text, logprobs: [...logprobs] });
    wake?.();
  };
  const outcome = run(push, stop.signal)
    .then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
    .finally(() => {
      running = false;
      wake?.();
    });
  try {
    while (running || pending.length > 0) {
      const piece = pending.shift();
      if (piece) yield* told(piece);
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    const end = await outcome;
    if ('result' in end) return end.result;
    if (!stop.signal.aborted) throw end.error;
    return undefined;
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop.abort();
    await outcome;
  }
}

/** The text comes last: who stops there knows the probabilities of all of it. */
function told({ type, text, logprobs }: Piece): GenerationEvent[] {
  const events: GenerationEvent[] = logprobs.length === 0 ? [] : [{ type: 'logprobs', logprobs }];
  return text === '' ? events : [...events, { type, text }];
}
