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
  let open: string[] = [];
  let openLength = 0;
  try {
    for (let text = await source.read(); text !== null; text = await source.read()) {
      const lines = text.split('\n');
      const rest = lines.pop() ?? '';
      if (lines.length > 0) {
        lines[0] = open.join('') + lines[0];
        open = [];
        openLength = 0;
      }
      open.push(rest);
      openLength += rest.length;
      if (openLength > MAX_LINE_LENGTH) {
        throw new RangeError(`A line has more than ${MAX_LINE_LENGTH} characters.`);
      }
      const whole = lines.map(withoutReturn).filter(isNotBlank);
      if (whole.length > 0) yield whole;
    }
    const last = [open.join('')].map(withoutReturn).filter(isNotBlank);
    if (last.length > 0) yield last;
  } finally {
    await source.close(false);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function isNotBlank(line: string): boolean {
  return line.trim() !== '';
}
