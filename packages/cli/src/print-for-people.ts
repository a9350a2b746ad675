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
  let chunks = 0;
  let last = '';
  let carriage = ''; // a carriage return that the next piece may make a line end of

  const write = (text: string): void => {
    out.write(text);
    last = text.at(-1) ?? last;
  };
  const writeModel = (piece: string): void => {
    const text = carriage + piece;
    carriage = text.endsWith('\r') ? '\r' : '';
    const whole = carriage === '' ? text : text.slice(0, -1);
    write(out.isTerminal ? harmless(whole) : whole);
  };
  const failure = (words: string): void => out.write(`${paint('red', '✗')} ${words}\n`);

  const summary = (verdict: Verdict): void => {
    const rows = summaryRows(result, verdict, { chunks, loadMs: style.loadMs });
    const width = Math.max(...rows.map(([label]) => label.length)) + 2;
    for (const [label, value] of rows) out.write(`${paint('dim', label.padEnd(width))}${value}\n`);
  };

  return {
    async follow() {
      try {
        // A terminal takes nothing back, so it gets what nothing takes back any more.
        for await (const { type, text } of result.astream({ separators: true })) {
          writeModel(text);
          if (type === 'separator') continue;
          write(tick);
          chunks += 1;
        }
      } catch (error) {
        if (result.account.verdict !== 'error') throw error;
      }
    },
    end(verdict) {
      if (carriage !== '') write(out.isTerminal ? harmless(carriage) : carriage);
      if (last !== '' && last !== '\n') out.write('\n');
      // Of a call that was ended before it brought anything there is nothing to tell.
      if (!result.completed && result.attempts.every(({ textLength }) => textLength === 0)) return;
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
