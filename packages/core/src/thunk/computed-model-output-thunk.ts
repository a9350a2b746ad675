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
    if (!isComputedThunk(thunk)) {
      throw new TypeError('ComputedModelOutputThunk takes a computed thunk: await avalue() first.');
    }
    // biome-ignore lint/correctness/noConstructorReturn: the class narrows, it makes nothing.
    return thunk as object;
  }

  static [Symbol.hasInstance](x: unknown): boolean {
    return isComputedThunk(x);
  }
} as unknown as ComputedModelOutputThunkType;

function isComputedThunk(x: unknown): boolean {
  return isModelOutputThunk(x) && x.isComputed() && x.value !== null;
}
