/** One piece of text, as an event. */
export interface TextPiece {
  type: 'text';
  text: string;
}

/**
 * What `run` pushes, as an iterable; text that came while nobody read arrives as one piece, so nothing queues up.
 * Returns what `run` gives, or undefined when the abort of `signal` ended it. When `signal` aborts or the reader
 * leaves, `stop` aborts, and the iterator ends after `run` has ended.
 */
export async function* streamText<T>(
  signal: AbortSignal,
  run: (push: (text: string) => void, stop: AbortSignal) => Promise<T>,
): AsyncGenerator<TextPiece, T | undefined> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);

  let pending = '';
  let running = true;
  let wake: (() => void) | null = null;
  const push = (text: string): void => {
    pending += text;
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
    while (running || pending !== '') {
      if (pending === '') {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else {
        const text = pending;
        pending = '';
        yield { type: 'text', text };
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
