/** How a family of languages with braces differs from the others. */
export interface CLikeFamily {
  /** Whether `'` encloses strings; else it encloses one character, or stands alone as in Rust's lifetimes. */
  readonly singleQuotes: boolean;
  /** Whether `${…}` in a string between backticks is code again. */
  readonly templates: boolean;
  /** Whether `/…/` may be a regular expression. */
  readonly regexps: boolean;
  /** Whether `//` begins a comment. */
  readonly lineComments: boolean;
  /** Whether a brace that closes at the top always ends what it closes. */
  readonly braceEnds: boolean;
}

const CHARACTER = /^'(?:\\[^']{1,9}|\\'|[^\\'][\udc00-\udfff]?)'/;
const BEFORE_REGEXP = '(,=:[!&|?{};+-*%<>~^';

/** Follows brackets, strings and comments through lines of code; looks at each character once. */
export class CLikeScanner {
  readonly family: CLikeFamily;
  /** How many brackets are open. */
  depth = 0;
  /** What ends the comment or the string that is open at a line's end: nothing if none is. */
  until: '' | '*/' | '`' | '"""' = '';
  /** The depths at which code in a template began. */
  templates: number[] = [];
  /** Where the code of the last line begins; -1 if it has none. */
  first = -1;
  /** The last two characters of code in the last line. */
  last = '';

  constructor(family: CLikeFamily) {
    this.family = family;
  }

  /** Whether the top level is reached, outside strings. */
  get balanced(): boolean {
    return this.depth === 0 && (this.until === '' || this.until === '*/');
  }

  scan(line: string): void {
    this.first = -1;
    this.last = '';
    for (let i = 0; i < line.length; ) i = this.until === '' ? this.code(line, i) : this.enclosed(line, i);
  }

  /** Reads what is in a comment or string that may go on for lines; gives the next place. */
  enclosed(line: string, i: number): number {
    const { until } = this;
    if (until !== '*/') this.mark(i, line.charAt(i));
    if (until !== '*/' && line.charAt(i) === '\\') return i + 2;
    if (line.slice(i, i + until.length) === until) {
      this.until = '';
      return i + until.length;
    }
    if (until !== '`' || !this.family.templates || line.slice(i, i + 2) !== '${') return i + 1;
    this.templates.push(this.depth);
    this.depth += 1;
    this.until = '';
    return i + 2;
  }

  code(line: string, i: number): number {
    const character = line.charAt(i);
    const two = line.slice(i, i + 2);
    if (two === '//' && this.family.lineComments) return line.length;
    if (two === '/*') {
      this.until = '*/';
      return i + 2;
    }
    if (character === ' ' || character === '\t') return i + 1;
    const before = this.last.slice(-1);
    this.mark(i, character);
    if (line.slice(i, i + 3) === '"""' || character === '`') {
      this.until = character === '`' ? '`' : '"""';
      return i + this.until.length;
    }
    if (character === '"' || (character === "'" && this.family.singleQuotes)) return past(line, i, character);
    if (character === "'") return i + (CHARACTER.exec(line.slice(i, i + 12))?.[0].length ?? 1);
    if (character === '/' && this.family.regexps && (before === '' || BEFORE_REGEXP.includes(before)))
      return past(line, i, '/');
    this.bracket(character);
    return i + 1;
  }

  bracket(character: string): void {
    if ('([{'.includes(character)) this.depth += 1;
    if (!')]}'.includes(character)) return;
    this.depth = Math.max(0, this.depth - 1);
    if (character !== '}' || this.templates.at(-1) !== this.depth) return;
    this.templates.pop();
    this.until = '`';
  }

  mark(at: number, character: string): void {
    if (this.first < 0) this.first = at;
    this.last = this.last.slice(-1) + character;
  }
}

/** The place after what is enclosed in a mark, at the line's end at the latest; in `/[/]/` the second is plain. */
function past(line: string, from: number, mark: string): number {
  let inClass = false;
  for (let i = from + 1; i < line.length; i += 1) {
    const character = line.charAt(i);
    if (character === '\\') i += 1;
    else if (mark === '/' && character === '[') inClass = true;
    else if (mark === '/' && character === ']') inClass = false;
    else if (character === mark && !inClass) return i + 1;
  }
  return line.length;
}
