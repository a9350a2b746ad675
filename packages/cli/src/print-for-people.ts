import { styleText } from 'node:util';
import type { StreamChunkingResult } from '@melliflow/streaming';
import type { Printer } from './printer.js';
import { summaryRows } from './summary.js';
import type { Output } from './text-output.js';
import type { Verdict } from './verdict.js';

/** What is shown beside the text, and how. */
export interface PeopleStyle {
  /** How long the model was loaded before the stream began; null where it was not. */
  readonly loadMs: number | null;
  readonly colours: boolean;
  /** Whether a tick follows every chunk that passed. */
  readonly ticks: boolean;
}

type Format = Parameters<typeof styleText>[0];

/** The text as it is let through, then what became of it. */
export function printForPeople(out: Output, result: StreamChunkingResult, style: PeopleStyle): Printer {
  const paint = (format: Format, text: string): string =>
    style.colours ? styleText(format, text, { validateStream: false }) : text;
  const tick = style.ticks ? paint(['dim', 'green'], ' ✓') : '';
  let shown = 0; // UTF-16 units of the validated text
  let chunks = 0;
  let last = '';

  const write = (text: string): void => {
    out.write(text);
    last = text.at(-1) ?? last;
  };
  const writeModel = (text: string): void => write(out.isTerminal ? harmless(text) : text);
  const failure = (words: string): void => out.write(`${paint('red', '✗')} ${words}\n`);

  const summary = (verdict: Verdict): void => {
    const rows = summaryRows(result, verdict, { chunks, loadMs: style.loadMs });
    const width = Math.max(...rows.map(([label]) => label.length)) + 2;
    for (const [label, value] of rows) out.write(`${paint('dim', label.padEnd(width))}${value}\n`);
  };

  return {
    event(event) {
      if (event.type !== 'chunk') return;
      // The stream may be ahead of its events: of all that passed, up to the end of this chunk and no further.
      const { fullText } = result;
      const end = fullText.indexOf(event.text, shown) + event.text.length;
      writeModel(fullText.slice(shown, end));
      write(tick);
      shown = end;
      chunks += 1;
    },
    end(verdict) {
      writeModel(result.fullText.slice(shown));
      if (last !== '' && last !== '\n') out.write('\n');
      // Of a call that was ended before it brought anything there is nothing to tell.
      if (!result.completed && result.thunk.partialValue === '') return;
      if (last !== '') out.write('\n');
      if (verdict.kind === 'failed') {
        verdict.failures.forEach(failure);
        out.write('\n');
      }
      summary(verdict);
    },
  };
}

/** A model's control characters could move the cursor, or worse, so a terminal does not get them. */
function harmless(text: string): string {
  return text.replace(/(?!\r\n|[\n\t])\p{Cc}/gu, '\ufffd');
}
