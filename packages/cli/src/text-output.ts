/** What the program needs of an output; a stream of Node has it. */
export interface TextOutput {
  /** Whether a person looks at it. */
  readonly isTTY?: boolean | undefined;
  write(text: string, written?: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** An output that may go away while we write: `melliflow stream | head -1` takes one line and leaves. */
export interface Output {
  readonly isTerminal: boolean;
  /** Aborts, with the error as its reason, when nothing can be written any more. */
  readonly gone: AbortSignal;
  write(text: string): void;
  /** Resolves when all is written and no error can come any more. */
  close(): Promise<void>;
}

/** Listens for errors until `close`, since an unheard one would end the process. */
export function openOutput(stream: TextOutput): Output {
  const gone = new AbortController();
  const onError = (error: Error): void => gone.abort(error);
  stream.on('error', onError);
  return {
    isTerminal: stream.isTTY === true,
    gone: gone.signal,
    write(text) {
      if (!gone.signal.aborted) stream.write(text);
    },
    async close() {
      // Node tells of an error after it has called back.
      await new Promise<void>((resolve) => {
        stream.write('', () => setImmediate(resolve));
      });
      stream.off('error', onError);
    },
  };
}

/** What went wrong with an output beyond its reader having left; null where nothing did. */
export function writeFailure({ gone }: Output): Error | null {
  const error = gone.reason as NodeJS.ErrnoException | undefined;
  return gone.aborted && error?.code !== 'EPIPE' ? (error ?? null) : null;
}
