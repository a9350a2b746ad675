import type { LlamaContextSequence, Token } from 'node-llama-cpp';

/** The sequences of one context: each runs one generation at a time, and who waits is served in order. */
export interface LlamaCppSequences {
  /** How many there are. */
  readonly size: number;
  /**
   * Takes a sequence, of the free ones that which holds the longest beginning of `tokens` already.
   * Rejects with the signal's reason when it aborts first.
   */
  acquire(tokens: Token[], signal: AbortSignal): Promise<LlamaContextSequence>;
  release(sequence: LlamaContextSequence): void;
  /** Refuses new takers and resolves when every sequence is back. */
  close(): Promise<void>;
}

/** A fair pool over `all`. */
export function poolSequences(all: readonly LlamaContextSequence[]): LlamaCppSequences {
  const free = [...all];
  const waiting: ((sequence: LlamaContextSequence) => void)[] = [];
  let closed: (() => void) | null = null;

  const takeBest = (tokens: Token[]): LlamaContextSequence | undefined => {
    const held = free.map((sequence) => sequence.compareContextTokens(tokens).firstDifferentIndex);
    return free.splice(held.indexOf(Math.max(...held)), 1)[0];
  };

  return {
    size: all.length,
    async acquire(tokens, signal) {
      signal.throwIfAborted();
      if (closed) throw new Error('the backend was disposed; make a new one');
      return (
        takeBest(tokens) ??
        new Promise((resolve, reject) => {
          const onAbort = (): void => {
            waiting.splice(waiting.indexOf(serve), 1);
            reject(signal.reason);
          };
          const serve = (sequence: LlamaContextSequence): void => {
            signal.removeEventListener('abort', onAbort);
            resolve(sequence);
          };
          signal.addEventListener('abort', onAbort, { once: true });
          waiting.push(serve);
        })
      );
    },
    release(sequence) {
      const next = waiting.shift();
      if (next) return next(sequence);
      free.push(sequence);
      if (free.length === all.length) closed?.();
    },
    close() {
      return new Promise((resolve) => {
        closed = resolve;
        if (free.length === all.length) resolve();
      });
    },
  };
}
