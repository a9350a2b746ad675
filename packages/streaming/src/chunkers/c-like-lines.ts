import { type CLikeFamily, CLikeScanner } from './c-like-scanner.js';
import type { CodeLines, LineRole } from './code-lines.js';

/** How a line begins that goes on with the statement before it. */
const GOES_ON = /^(?:[.?:&|+%=<>,)\]{}^;]|(?:else|catch|finally|extends|implements|where|throws)\b)/;
/** How a line ends whose statement goes on. */
const OPEN_END = /(?:[=,%&|^<:.\\]|=>|->|(?:^|[^+])\+|(?:^|[^-])-)$/;
/** What belongs to the statement in the next line: decorators, annotations, attributes, parameters of a template. */
const PREFIX = /^(?:@|#\[|template\b)/;
const DIRECTIVE =
  /^#\s{0,8}(?:!|include|define|undef|if|ifdef|ifndef|elif|else|endif|pragma|error|warning|line|region|endregion)/;

/**
 * Languages with braces: a statement ends at a line's end outside brackets, strings and comments, unless the line
 * ends, or the next one begins, with what goes on (`=`, `.`, `else`).
 */
export class CLikeLines implements CodeLines {
  ended = true;
  readonly scanner: CLikeScanner;
  /** Whether the end of the last line says that its statement goes on. */
  open = false;
  /** Whether the statement is `do`, which goes on with `while`. */
  loops = false;
  /** Whether its last part that began a line is a prefix. */
  prefixed = false;

  constructor(family: CLikeFamily) {
    this.scanner = new CLikeScanner(family);
  }

  read(line: string): LineRole {
    const { scanner } = this;
    const inside = !scanner.balanced;
    scanner.scan(line);
    if (scanner.first < 0) return inside ? 'goes-on' : line.trim() === '' ? 'blank' : 'comment';
    const start = line.slice(scanner.first, scanner.first + 24);
    const goesOn = inside || this.open || (!this.ended && this.continues(start));
    if (!inside) {
      this.loops = /^do\b/.test(start) || (goesOn && this.loops && !/^while\b/.test(start));
      this.prefixed = PREFIX.test(start);
    }
    this.judgeEnd(start, inside);
    return goesOn ? 'goes-on' : 'begins';
  }

  continues(start: string): boolean {
    return GOES_ON.test(start) || (this.loops && /^while\b/.test(start));
  }

  judgeEnd(start: string, inside: boolean): void {
    const { balanced, last, family } = this.scanner;
    const directive = !inside && DIRECTIVE.test(start) && !last.endsWith('\\');
    this.open = balanced && !directive && (OPEN_END.test(last) || (this.prefixed && !/[;}]$/.test(last)));
    this.ended = balanced && (directive || last.endsWith(';') || (family.braceEnds && last.endsWith('}')));
  }
}
