/** A part of a validated stream; the texts of all pieces together are its `fullText`. */
export interface StreamPiece {
  /** A chunk passed the requirements; a separator is what the chunking left out, and no requirement saw as a chunk. */
  readonly type: 'chunk' | 'separator';
  readonly text: string;
}
