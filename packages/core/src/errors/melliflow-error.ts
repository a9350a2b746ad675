import { isObject } from '../internal/describe.js';

/** Where every error class keeps its code: found across copies of core, and untouched by minifiers. */
const CODE = Symbol.for('@melliflow/core/error-code');

/** Options that every Melliflow error takes. */
export interface ErrorInit {
  /** What led to this error; kept as `error.cause`. */
  cause?: unknown;
}

/**
 * The root of all errors of the family.
 *
 * @example
 * if (RateLimitError.is(error)) await retryLater(error.retryAfterMs);
 */
export class MelliflowError extends Error {
  constructor(message: string, init: ErrorInit = {}) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
  }

  /** The class name without `Error` in snake_case; it never changes within a major. */
  get code(): string {
    return codeOf(this);
  }

  /** Whether `error` is of this class or a subclass of it, also when another copy of core made it. */
  static is<E>(this: { readonly prototype: E }, error: unknown): error is E {
    // biome-ignore lint/complexity/noThisInStatic: subclasses inherit it, and each asks for its own.
    const prototype: object = this.prototype as object;
    const wanted = ownCode(prototype);
    for (let step = error; isObject(step); step = Object.getPrototypeOf(step)) {
      if (step === prototype || (wanted !== undefined && ownCode(step) === wanted)) return true;
    }
    return false;
  }

  /** What `JSON.stringify` shows: name, code, message and the facts that the error carries. */
  toJSON(): Record<string, unknown> {
    return { ...(this as object), name: this.name, code: this.code, message: this.message };
  }
}

function ownCode(step: object): string | undefined {
  return Object.hasOwn(step, CODE) ? (step as { [CODE]?: string })[CODE] : undefined;
}

function codeOf(error: object): string {
  return (error as { [CODE]?: string })[CODE] ?? 'melliflow';
}

/**
 * Gives error classes their names and codes, written out because minifiers rename classes.
 * The code of `RateLimitError` is `rate_limit`.
 */
export function nameErrors(types: Readonly<Record<string, { readonly prototype: Error }>>): void {
  for (const [name, { prototype }] of Object.entries(types)) {
    const words = name.replace(/Error$/, '').replace(/\B[A-Z]/g, '_$&');
    Object.defineProperties(prototype, {
      name: { value: name, configurable: true, writable: true },
      [CODE]: { value: words.toLowerCase() },
    });
  }
}

nameErrors({ MelliflowError });
