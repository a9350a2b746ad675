import type { Chunker, ChunkingStrategy } from './chunking-strategy.js';
import { type PathStep, parsePath } from './json-path.js';
import type { Cut } from './tape.js';
import { cutByUnit, type UnitCutter } from './unit-cutter.js';

/** Which values a `JsonChunker` cuts out. */
export interface JsonChunkerSettings {
  /**
   * A JSON pointer in which a step `*` stands for any key or index: `/items/*` is each item of the member `items`.
   * Default `/*`: each item of an array, the value of each member of an object.
   */
  path?: string | undefined;
}

/**
 * Each JSON value at a path is a chunk, released with its last character; everything else, keys and other values
 * too, is separator. `JSON.parse` reads a chunk. What stands around the document (a fence, a remark) is passed over
 * unless it has brackets or quotation marks of its own; several documents may follow one another (JSON Lines).
 *
 * It counts brackets and knows strings; it does not say whether the JSON is valid. A value that the text breaks off
 * in comes at the end, as it is.
 *
 * @example
 * const chunker = new JsonChunker({ path: '/items/*' }).start();
 * chunker.push('{"items": [{"a": 1}, 2'); // [{ text: '{"a": 1}', start: 11, end: 19 }]
 * chunker.push(']}'); //                     [{ text: '2', start: 21, end: 22 }]
 */
export class JsonChunker implements ChunkingStrategy {
  /** The name by which `streamWithChunking` knows it. */
  readonly name: string = 'json';
  /** @internal */
  readonly _steps: readonly PathStep[];

  /** @throws TypeError when the path is no JSON pointer. */
  constructor({ path = '/*' }: JsonChunkerSettings = {}) {
    this._steps = parsePath(path);
  }

  /** A fresh chunker. */
  start(): Chunker {
    return cutByUnit(new JsonCutter(this._steps));
  }
}

/** An open object or array. */
interface Container {
  readonly isObject: boolean;
  /** Whether the way to it is that of the path. */
  readonly onPath: boolean;
  index: number;
  key: string;
  /** Whether the next string is a key. */
  wantsKey: boolean;
}

/** What ends a number or a word. */
const STRUCTURE = new Set('{}[],:" \t\n\r');

class JsonCutter implements UnitCutter {
  readonly steps: readonly PathStep[];
  readonly open: Container[] = [];
  /** What is read: nothing, a string, or a number or word. */
  inside: 'nothing' | 'string' | 'scalar' = 'nothing';
  escaped = false;
  /** The key that is read, in quotation marks; null while none is. */
  rawKey: string | null = null;
  /** Where the value on the path began; -1 if none is open. */
  start = -1;

  constructor(steps: readonly PathStep[]) {
    this.steps = steps;
  }

  read(code: number, at: number, cut: Cut): void {
    const character = String.fromCharCode(code);
    if (this.inside === 'string') this.readString(character, at, cut);
    else this.readOutside(character, at, cut);
  }

  readOutside(character: string, at: number, cut: Cut): void {
    const structural = STRUCTURE.has(character);
    if (this.inside === 'scalar') {
      if (!structural) return;
      this.inside = 'nothing';
      this.closeValue(at, cut);
    }
    if (structural) this.readStructure(character, at, cut);
    else {
      this.inside = 'scalar';
      this.openValue(at);
    }
  }

  finish(end: number, cut: Cut): void {
    if (this.start >= 0) cut(this.start, end);
    this.start = -1;
  }

  readStructure(character: string, at: number, cut: Cut): void {
    const parent = this.open.at(-1);
    if (character === '"') {
      this.inside = 'string';
      if (parent?.wantsKey) this.rawKey = this.onWay() ? '"' : '';
      else this.openValue(at);
    } else if (character === '{' || character === '[') {
      const isObject = character === '{';
      const onPath = this.isOnPath();
      this.openValue(at);
      this.open.push({ isObject, onPath, index: 0, key: '', wantsKey: isObject });
    } else if (character === '}' || character === ']') {
      if (this.open.pop() !== undefined) this.closeValue(at + 1, cut);
    } else if (character === ',' && parent) {
      parent.index += 1;
      parent.wantsKey = parent.isObject;
    } else if (character === ':' && parent) parent.wantsKey = false;
  }

  readString(character: string, at: number, cut: Cut): void {
    if (this.rawKey) this.rawKey += character;
    const closes = character === '"' && !this.escaped;
    this.escaped = character === '\\' && !this.escaped;
    if (!closes) return;
    this.inside = 'nothing';
    const parent = this.open.at(-1);
    if (this.rawKey === null) this.closeValue(at + 1, cut);
    else if (parent) parent.key = keyOf(this.rawKey);
    this.rawKey = null;
  }

  /** Whether values in the innermost container may be on the path. */
  onWay(): boolean {
    return this.open.length <= this.steps.length && (this.open.at(-1)?.onPath ?? true);
  }

  /** Whether the value that begins here is on the path, or on the way to it. */
  isOnPath(): boolean {
    const parent = this.open.at(-1);
    if (!parent) return true;
    if (!this.onWay()) return false;
    const step = this.steps[this.open.length - 1];
    return step === null || step === (parent.isObject ? parent.key : String(parent.index));
  }

  openValue(at: number): void {
    if (this.open.length === this.steps.length && this.isOnPath()) this.start = at;
  }

  closeValue(end: number, cut: Cut): void {
    if (this.start < 0 || this.open.length !== this.steps.length) return;
    cut(this.start, end);
    this.start = -1;
  }
}

/** A key as `JSON.parse` reads it; as it stands if it is none. */
function keyOf(raw: string): string {
  if (!raw.includes('\\')) return raw.slice(1, -1);
  try {
    return String(JSON.parse(raw));
  } catch {
    return raw.slice(1, -1);
  }
}
