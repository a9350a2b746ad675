import { CBLOCK } from '../internal/brand.js';
import { describe } from '../internal/describe.js';

/** What a block carries beside its text. */
export interface CBlockInit {
  /** Remarks of whoever made the block. */
  meta?: Record<string, unknown> | undefined;
  /** Whether an engine may keep its state for this block (experimental, as in the reference). */
  cache?: boolean | undefined;
}

/** A block of text that goes into a model or comes out of it. */
export class CBlock {
  readonly meta: Record<string, unknown>;
  cache: boolean;
  /** @internal */
  _value: string | null;

  /** @throws TypeError when `value` is neither a string nor null. */
  constructor(value: string | null, init: CBlockInit = {}) {
    this._value = checkedText(value);
    this.meta = init.meta ?? {};
    this.cache = init.cache ?? false;
  }

  /** @internal */
  get [CBLOCK](): true {
    return true;
  }

  get value(): string | null {
    return this._value;
  }

  set value(value: string | null) {
    this._value = checkedText(value);
  }

  /** The text; `''` for null. */
  toString(): string {
    return this.value ?? '';
  }

  /** What `JSON.stringify` shows. */
  toJSON(): Record<string, unknown> {
    return { value: this.value };
  }
}

export function checkedText(value: unknown): string | null {
  if (typeof value === 'string' || value === null) return value;
  throw new TypeError(`The value of a block must be a string or null, got ${describe(value)}.`);
}
