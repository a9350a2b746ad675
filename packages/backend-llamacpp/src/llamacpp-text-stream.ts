/** One piece of an answer, as an event: of its text, or of what the model thinks before it. */
export interface TextPiece {
  type: 'text' | 'thinking';
  text: string;
}

/** Takes a piece; without a `type` it is text. */
export type PushPiece = (text: string, type?: TextPiece['type']) => void;

/**
 * What `run` pushes, as an iterable; what came while nobody read arrives as one piece of a type, so nothing queues up.
 * Returns what `run` gives, or undefined when the abort of `signal` ended it. When `signal` aborts or the reader
 * leaves, `stop` aborts, and the iterator ends after `run` has ended.
 */
export async function* streamText<T>(
  signal: AbortSignal,
  run: (push: PushPiece, stop: AbortSignal) => Promise<T>,
): AsyncGenerator<TextPiece, T | undefined> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);

  const pending: TextPiece[] = [];
  let running = true;
  let wake: (() => void) | null = null;
  const push: PushPiece = (text, type = 'text') => {
    if (text === '') return;
    const last = pending.at(-1);
    if (last?.type === type) last.text += text;
    else pending.push({ type, text });
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
      if (piece) yield piece;
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
