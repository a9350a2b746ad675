import type { Chunker } from './chunking-strategy.js';
import { type Cut, Tape } from './tape.js';

/** A line without its end, which is `\n` or `\r\n`, and its place in the whole text. */
export interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A rule that reads one line after the other and says where segments lie. */
export interface LineCutter {
  /** Sees a line; may cut up to its end. */
  read(line: Line, cut: Cut): void;
  /** Sees that the text is over. */
  finish(cut: Cut): void;
}

/** A chunker that looks at each line once, when it ends. */
export function cutByLine(cutter: LineCutter): Chunker {
  const tape = new Tape();
  let open = ''; // what earlier deltas hold of the line
  let start = 0;

  const read = (whole: string, cut: Cut): void => {
    const text = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    cutter.read({ text, start, end: start + text.length }, cut);
    start += whole.length + 1;
    open = '';
  };

  return {
    push: (delta) =>
      tape.feed(delta, (cut) => {
        let from = 0;
        for (let to = newline(delta, 0); to >= 0; to = newline(delta, from)) {
          read(open + delta.slice(from, to), cut);
          from = to + 1;
        }
        open += delta.slice(from);
      }),
    flush: () =>
      tape.feed('', (cut) => {
        if (open !== '') read(open, cut);
        cutter.finish(cut);
      }),
  };
}

/** As `indexOf`; unit by unit, so that what it looks at can be counted. */
function newline(text: string, from: number): number {
  for (let i = from; i < text.length; i += 1) if (text.charCodeAt(i) === 10) return i;
  return -1;
}
