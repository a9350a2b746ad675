/** An object or array that is not closed yet. */
interface Open {
  readonly node: Record<string, unknown> | unknown[];
  /** The member that is read; not used in arrays. */
  key: string;
}

/** What may come next, between two tokens. */
type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const space = /[ \t\n\r]/;

/** What a reader of a JSON text may be told while it reads. */
export interface JsonReaderInit {
  /** The member of the whole whose items are told; null: the whole is the array. */
  readonly key: string | null;
  /** Told of each item when it is complete. */
  readonly onItem: (item: unknown) => void;
}

/**
 * Reads JSON while it is written. `value` grows in place: strings by what came of them, objects and arrays by what
 * began in them; numbers, `true`, `false` and `null` come when they are over. In the end it is what `JSON.parse`
 * gives. Each character is looked at once.
 */
export class JsonReader {
  value: unknown = undefined;
  /** Whether the text is no JSON: then nothing more is read. */
  broken = false;
  /** How often `value` has changed. */
  changes = 0;
  readonly open: Open[] = [];
  expected: Expected = 'value';
  /** The token that is read, as far as it came. */
  token: 'none' | 'string' | 'key' | 'literal' = 'none';
  text = '';
  /** The first half of a character whose second did not come yet: readers see whole characters. */
  half = '';
  /** The escape that is read, without its backslash; null outside of one. */
  escape: string | null = null;
  readonly init: JsonReaderInit | null;

  constructor(init: JsonReaderInit | null = null) {
    this.init = init;
  }

  write(delta: string): void {
    let at = 0;
    while (at < delta.length && !this.broken) {
      const character = delta[at] as string;
      if (this.token === 'none') at += this.between(character);
      else if (this.token === 'literal') at += this.inLiteral(character);
      else if (this.escape !== null) at += this.inEscape(character);
      else at = this.inString(delta, at);
    }
    if (this.token === 'string' && !this.broken) this.put(this.text);
  }

  /** The text is over: a number at its very end is, too. */
  end(): void {
    if (this.token === 'literal') this.inLiteral(' ');
  }

  /** Takes the character that stands where a token may begin; gives how many were used. */
  between(character: string): number {
    if (space.test(character)) return 1;
    const { expected } = this;
    const wantsValue = expected === 'value' || expected === 'valueOrEnd';
    if (character === '"' && wantsValue) this.begin('string');
    else if (character === '"' && (expected === 'key' || expected === 'keyOrEnd')) this.begin('key');
    else if (character === '{' && wantsValue) this.enter({}, 'keyOrEnd');
    else if (character === '[' && wantsValue) this.enter([], 'valueOrEnd');
    else if (character === ':' && expected === 'colon') this.expected = 'value';
    else if (character === ',' && expected === 'commaOrEnd') this.expected = this.inArray ? 'value' : 'key';
    else if (character === ']' && this.inArray && (expected === 'valueOrEnd' || expected === 'commaOrEnd'))
      this.leave();
    else if (character === '}' && !this.inArray && (expected === 'keyOrEnd' || expected === 'commaOrEnd'))
      this.leave();
    else if (wantsValue && /[-\dtfn]/.test(character)) {
      this.begin('literal');
      return 0;
    } else this.broken = true;
    return 1;
  }

  get inArray(): boolean {
    return Array.isArray(this.open.at(-1)?.node);
  }

  begin(token: 'string' | 'key' | 'literal'): void {
    this.token = token;
    this.text = '';
    if (token === 'string') this.addSlot('');
  }

  inLiteral(character: string): number {
    if (/[-+.\w]/.test(character)) {
      this.text += character;
      return 1;
    }
    this.token = 'none';
    try {
      this.addSlot(JSON.parse(this.text));
      this.close();
    } catch {
      this.broken = true; // the text is no JSON: who parses the whole says so
    }
    return 0;
  }

  inString(delta: string, from: number): number {
    let at = from;
    while (at < delta.length && isPlain(delta.charCodeAt(at))) at += 1;
    if (at > from) this.append(delta.slice(from, at));
    const character = delta[at];
    if (character === undefined) return at;
    if (character === '\\') this.escape = '';
    else if (character === '"') this.endString();
    else this.broken = true;
    return at + 1;
  }

  inEscape(character: string): number {
    this.escape += character;
    const read = this.escape as string;
    if (read.length === 1 && character !== 'u') {
      const meant = escapes[character];
      if (meant === undefined) this.broken = true;
      else this.unescape(meant);
    } else if (read.length > 1 && !/[\da-f]/i.test(character)) this.broken = true;
    else if (read.length === 5) this.unescape(String.fromCharCode(Number.parseInt(read.slice(1), 16)));
    return 1;
  }

  unescape(character: string): void {
    this.append(character);
    this.escape = null;
  }

  append(piece: string): void {
    const text = this.half + piece;
    const isCut = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
    this.half = isCut ? text.slice(-1) : '';
    this.text += isCut ? text.slice(0, -1) : text;
  }

  endString(): void {
    this.text += this.half;
    this.half = '';
    const parent = this.open.at(-1);
    if (this.token === 'key' && parent) {
      parent.key = this.text;
      this.expected = 'colon';
    } else {
      this.put(this.text);
      this.close();
    }
    this.token = 'none';
  }

  enter(node: Record<string, unknown> | unknown[], expected: Expected): void {
    this.addSlot(node);
    this.open.push({ node, key: '' });
    this.expected = expected;
  }

  leave(): void {
    this.open.pop();
    this.close();
  }

  /** Makes room for a value in what is open. */
  addSlot(value: unknown): void {
    const node = this.open.at(-1)?.node;
    if (Array.isArray(node)) node.push(undefined);
    this.put(value);
  }

  /** Sets the value that is read. */
  put(value: unknown): void {
    this.changes += 1;
    const parent = this.open.at(-1);
    if (!parent) this.value = value;
    else if (Array.isArray(parent.node)) parent.node[parent.node.length - 1] = value;
    // As JSON.parse does: an own property, whatever its name.
    else if (parent.key === '__proto__')
      Object.defineProperty(parent.node, parent.key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    else parent.node[parent.key] = value;
  }

  /** A value is complete. */
  close(): void {
    const parent = this.open.at(-1);
    this.expected = parent ? 'commaOrEnd' : 'nothing';
    if (!this.init || !Array.isArray(parent?.node)) return;
    const { key, onItem } = this.init;
    const isAt = key === null ? this.open.length === 1 : this.open.length === 2 && this.open[0]?.key === key;
    const outerIsObject = key === null || !Array.isArray(this.open[0]?.node);
    if (isAt && outerIsObject) onItem(parent.node.at(-1));
  }
}

/** Whether it stands for itself in a string. */
function isPlain(code: number): boolean {
  return code >= 0x20 && code !== 0x22 && code !== 0x5c;
}
