/**
 * How a text that is still arriving is cut into chunks worth validating.
 *
 * A strategy keeps no state of its own: one instance may serve any number of streams at once.
 */
export interface ChunkingStrategy {
  /** Tells the strategy apart in errors and logs. */
  readonly name: string;
  /** A fresh chunker for one stream. */
  start(): Chunker;
}

/** Cuts one stream; its total cost should be linear in the text, whatever the deltas. */
export interface Chunker {
  /** Takes the next piece of the output and returns the chunks that it decided, often none. */
  push(delta: string): readonly Segment[];
  /** Returns what is left when the output is over; called once, after the last `push`. */
  flush(): readonly Segment[];
}

/** A chunk and its place in the whole output; what lies between two segments is separator. */
export interface Segment {
  /** What is validated and shown. */
  text: string;
  /** Where it begins in the whole output, in UTF-16 units. */
  start: number;
  /** Where it ends in the whole output, in UTF-16 units, exclusive. */
  end: number;
}
