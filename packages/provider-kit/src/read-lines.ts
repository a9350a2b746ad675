import { type ByteSource, openText } from './text-source.js';

/** More characters than any line of a well-behaved server has: 16 million. */
const MAX_LINE_LENGTH = 1 << 24;

/**
 * The lines of a body (as of newline-delimited JSON), all that one read brought at once, without line ends and empty
 * lines. A last line without a line end counts. Leaving the loop cancels the body, unless it has come to its end.
 *
 * @throws RangeError when a line has more than 16 million characters.
 */
export async function* readLines(
  body: ByteSource,
  { signal }: { signal: AbortSignal },
): AsyncGenerator<readonly string[], void> {
  const source = openText(body, signal);
  const cutter = new LineCutter();
  try {
    for (let text = await source.read(); text !== null; text = await source.read()) {
      const lines = cutter.cut(text);
      if (lines.length > 0) yield lines;
    }
    const last = cutter.cut('\n');
    if (last.length > 0) yield last;
  } finally {
    await source.close(false);
  }
}

/** Cuts a text that is still arriving. By hand: engines take longer to compile what splits, maps and filters. */
class LineCutter {
  /** What came of the line that goes on with the next text; engines join it when it is read. */
  open = '';

  /** The lines that end in the text. @throws RangeError when the line that is left open is too long. */
  cut(text: string): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const line = withoutReturn(this.open + text.slice(start, end));
      this.open = '';
      if (!isBlank(line)) lines.push(line);
      start = end + 1;
    }
    this.open += text.slice(start);
    if (this.open.length > MAX_LINE_LENGTH) {
      throw new RangeError(`A line has more than ${MAX_LINE_LENGTH} characters.`);
    }
    return lines;
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** Most lines begin with what is seen, and need not be trimmed. */
function isBlank(line: string): boolean {
  if (line === '') return true;
  const first = line.charCodeAt(0);
  return !(first > 0x20 && first < 0x7f) && line.trim() === '';
}
