import type { CodeLines, LineRole } from './code-lines.js';

const GOES_ON = /^(?:else|elif|except|finally)\b/;

/** Python: a statement begins at a line without indent, outside brackets and strings. */
export class PythonLines implements CodeLines {
  readonly ended: boolean = false; // an `else` may follow
  /** How many brackets are open. */
  depth = 0;
  /** The three quotation marks that end the string that is open, or nothing. */
  quotes = '';
  /** Whether the last line ends in a backslash. */
  continued = false;
  /** Whether a decorator waits for what it decorates. */
  decorated = false;

  read(line: string): LineRole {
    const inside = this.depth > 0 || this.quotes !== '' || this.continued;
    if (!inside && line.trim() === '') return 'blank';
    const hasCode = this.scan(line);
    if (inside || /^[ \t]/.test(line.slice(0, 1))) return 'goes-on';
    if (!hasCode) return 'comment';
    const goesOn = this.decorated || GOES_ON.test(line.slice(0, 8));
    this.decorated = line.startsWith('@');
    return goesOn ? 'goes-on' : 'begins';
  }

  /** Follows brackets and strings; tells whether there is more than a comment. */
  scan(line: string): boolean {
    let hasCode = this.quotes !== '';
    let quote = this.quotes;
    this.continued = false;
    for (let i = 0; i < line.length; i += 1) {
      const character = line.charAt(i);
      if (character === '\\') {
        this.continued = quote.length !== 3 && i === line.length - 1;
        i += 1;
      } else if (quote !== '') {
        if (character !== quote[0] || (quote.length === 3 && line.slice(i, i + 3) !== quote)) continue;
        i += quote.length - 1;
        quote = '';
      } else if (character === '#') break;
      else if (character === '"' || character === "'") {
        quote = line.slice(i, i + 3) === character.repeat(3) ? character.repeat(3) : character;
        i += quote.length - 1;
      } else if ('([{'.includes(character)) this.depth += 1;
      else if (')]}'.includes(character)) this.depth = Math.max(0, this.depth - 1);
      hasCode ||= character !== ' ' && character !== '\t';
    }
    this.quotes = quote.length === 3 ? quote : '';
    return hasCode;
  }
}
