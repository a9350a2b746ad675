import { isModelOutputThunk } from '../content/part.js';
import type { ModelOutputThunk } from './model-output-thunk.js';

/** A thunk whose value is there for certain. */
export interface ComputedModelOutputThunk<S = string> extends ModelOutputThunk<S> {
  get value(): string;
  set value(value: string | null);
}

interface ComputedModelOutputThunkType {
  /**
   * The same object, narrowed: nothing is copied (contract 2.9).
   *
   * @throws TypeError when the thunk is not computed; it is left as it was.
   */
  new <S = string>(thunk: ModelOutputThunk<S>): ComputedModelOutputThunk<S>;
  /** Whether `x` is a computed thunk, also of another copy of core. */
  [Symbol.hasInstance](x: unknown): x is ComputedModelOutputThunk<unknown>;
}

/** Narrows a computed thunk: `new ComputedModelOutputThunk(thunk)` is the thunk itself. */
export const ComputedModelOutputThunk: ComputedModelOutputThunkType = class {
  constructor(thunk: unknown) {
    if (!isModelOutputThunk(thunk)) throw new TypeError('ComputedModelOutputThunk takes a ModelOutputThunk.');
    if (!thunk.isComputed()) throw new TypeError('The thunk is not computed: await its avalue() first.');
    if (thunk.value === null) throw new TypeError('The value of the thunk was set to null.');
    // biome-ignore lint/correctness/noConstructorReturn: the class narrows, it makes nothing.
    return thunk;
  }

  static [Symbol.hasInstance](x: unknown): boolean {
    return isModelOutputThunk(x) && x.isComputed() && x.value !== null;
  }
} as unknown as ComputedModelOutputThunkType;
