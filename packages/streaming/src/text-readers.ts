import { ReplayLog } from '@melliflow/core/implement';
import type { StreamPiece } from './stream-piece.js';

/** What readers of text get. They cannot take anything back, so what a restart may take back waits. */
export class TextReaders {
  readonly chunks: ReplayLog<string> = new ReplayLog();
  /** The chunks, and what stands between them. */
  readonly pieces: ReplayLog<StreamPiece> = new ReplayLog();
  /** The text that passed, whether or not a chunk ends there; for readers of a format. */
  readonly cleared: ReplayLog<string> = new ReplayLog();
  /** What waits. */
  held: (() => void)[] = [];
  /** Whether a restart can come. */
  readonly waits: () => boolean;

  constructor(waits: () => boolean) {
    this.waits = waits;
  }

  chunk(text: string, separator: string): void {
    this.give(() => {
      this.separator(separator);
      this.chunks.push(text);
      this.pieces.push({ type: 'chunk', text });
    });
  }

  clear(text: string): void {
    this.give(() => this.cleared.push(text));
  }

  /** A restart comes: nobody gets what waited for it. */
  forget(): void {
    this.held = [];
  }

  /** No restart can come any more. The rest is the separator behind the last chunk. */
  settle(rest: string): void {
    for (const act of this.held) act();
    this.held = [];
    this.separator(rest);
  }

  end(failure: { readonly error: unknown } | null): void {
    for (const log of [this.chunks, this.pieces, this.cleared]) log.end(failure ?? undefined);
  }

  separator(text: string): void {
    if (text !== '') this.pieces.push({ type: 'separator', text });
  }

  give(act: () => void): void {
    if (this.waits()) this.held.push(act);
    else act();
  }
}
