import type { Backend } from '@melliflow/core';
import { type BackendChoice, loadBackend } from './load-backend.js';
import type { TextOutput } from './text-output.js';

/** The signals that end a run in order. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** All that the program touches outside itself, so that tests can put other things in its place. */
export interface ProgramIo {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** Read only when the prompt is `-`. */
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: {
    on(signal: StopSignal, listener: () => void): unknown;
    off(signal: StopSignal, listener: () => void): unknown;
  };
  loadBackend(choice: BackendChoice): Promise<Backend>;
  /** Ends the process at once, where it cannot be ended in order. */
  exit(code: number): void;
}

/** The process itself. */
export const processIo: ProgramIo = {
  stdout: process.stdout,
  stderr: process.stderr,
  get stdin() {
    return process.stdin;
  },
  env: process.env,
  signals: process,
  loadBackend: (choice) => loadBackend(choice),
  exit: (code) => process.exit(code),
};
