import { CHAR_CLASSES, charClass, isPythonWhitespace } from './char-class.js';
import type { Chunker, Segment } from './chunking-strategy.js';
import { type Automaton, BETWEEN, START } from './grammar.js';

const WIDTH = CHAR_CLASSES.length;
// Shared, since most deltas decide nothing; not frozen, since engines iterate frozen arrays slowly.
const NOTHING: readonly Segment[] = [];

/**
 * The one algorithm behind the built-in chunkers: each character is looked at once, when it arrives. The open
 * chunk is only ever appended to, which engines do without copying, and is read when it ends.
 */
export function scan({ next, separatorTail, trimsEnd }: Automaton): Chunker {
  let state = START;
  let open = ''; // what earlier deltas hold of the open chunk
  let seen = 0; // UTF-16 units before the current delta

  return {
    push(delta) {
      let segments: Segment[] | undefined;
      let from = 0; // where the open chunk begins, or goes on, in this delta
      for (let i = 0; i < delta.length; i += 1) {
        const after = next[state * WIDTH + charClass(delta.charCodeAt(i))] as number;
        if (state === BETWEEN) from = i;
        else if (after === BETWEEN) {
          const begin = seen + from - open.length;
          const end = seen + i - separatorTail;
          const chunk = open + delta.slice(from, i);
          open = '';
          from = i;
          // Nothing where the text begins with separator.
          if (end > begin) {
            segments ??= [];
            segments.push({ text: chunk.slice(0, end - begin), start: begin, end });
          }
        }
        state = after;
      }
      seen += delta.length;
      if (state !== BETWEEN) open += from === 0 ? delta : delta.slice(from);
      return segments ?? NOTHING;
    },

    flush() {
      const text = trimsEnd ? trimEnd(open) : open;
      const begin = seen - open.length;
      open = '';
      state = BETWEEN;
      return text === '' ? NOTHING : [{ text, start: begin, end: begin + text.length }];
    },
  };
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isPythonWhitespace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
