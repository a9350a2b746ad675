import type { Chunker } from './chunking-strategy.js';
import { type Cut, Tape } from './tape.js';

/** A rule that reads one UTF-16 unit after the other and says where segments lie. */
export interface UnitCutter {
  /** Sees the unit at a place; may cut up to the place after it. */
  read(code: number, at: number, cut: Cut): void;
  /** Sees where the text ends. */
  finish(end: number, cut: Cut): void;
}

/** A chunker that looks at each unit once, when it arrives. */
export function cutByUnit(cutter: UnitCutter): Chunker {
  const tape = new Tape();
  return {
    push: (delta) =>
      tape.feed(delta, (cut) => {
        for (let i = 0; i < delta.length; i += 1) cutter.read(delta.charCodeAt(i), tape.seen + i, cut);
      }),
    flush: () => tape.feed('', (cut) => cutter.finish(tape.seen, cut)),
  };
}
