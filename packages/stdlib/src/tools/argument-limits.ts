import type { JsonSchema } from '@melliflow/core';
import { isRecord } from './json-kind.js';

interface Limit {
  readonly words: (limit: never) => string;
  readonly holds: (value: never, limit: never) => boolean;
}

const numberLimits: Readonly<Record<string, Limit>> = {
  minimum: { words: (n: number) => `at least ${n}`, holds: (x: number, n: number) => x >= n },
  maximum: { words: (n: number) => `at most ${n}`, holds: (x: number, n: number) => x <= n },
  exclusiveMinimum: { words: (n: number) => `more than ${n}`, holds: (x: number, n: number) => x > n },
  exclusiveMaximum: { words: (n: number) => `less than ${n}`, holds: (x: number, n: number) => x < n },
  multipleOf: { words: (n: number) => `a multiple of ${n}`, holds: isMultiple },
};

const textLimits: Readonly<Record<string, Limit>> = {
  minLength: {
    words: (n: number) => `at least ${n} characters`,
    holds: (x: string, n: number) => count(x) >= n,
  },
  maxLength: {
    words: (n: number) => `at most ${n} characters`,
    holds: (x: string, n: number) => count(x) <= n,
  },
  pattern: { words: (form: string) => `text that fits /${form}/`, holds: fitsPattern },
};

const listLimits: Readonly<Record<string, Limit>> = {
  minItems: {
    words: (n: number) => `at least ${n} items`,
    holds: (x: unknown[], n: number) => x.length >= n,
  },
  maxItems: { words: (n: number) => `at most ${n} items`, holds: (x: unknown[], n: number) => x.length <= n },
  uniqueItems: { words: () => 'different items', holds: (x: unknown[], on: boolean) => !on || areUnique(x) },
};

const recordLimits: Readonly<Record<string, Limit>> = {
  minProperties: {
    words: (n: number) => `at least ${n} entries`,
    holds: (x: object, n: number) => size(x) >= n,
  },
  maxProperties: {
    words: (n: number) => `at most ${n} entries`,
    holds: (x: object, n: number) => size(x) <= n,
  },
};

/** The limits of `schema` that `value` breaks, in words. */
export function brokenLimits(value: unknown, schema: JsonSchema): string[] {
  return Object.entries(limitsFor(value)).flatMap(([keyword, { holds, words }]) => {
    const limit = schema[keyword];
    if (limit === undefined || typeof limit === 'object') return [];
    return holds(value as never, limit as never) ? [] : [words(limit as never)];
  });
}

function limitsFor(value: unknown): Readonly<Record<string, Limit>> {
  if (typeof value === 'number') return numberLimits;
  if (typeof value === 'string') return textLimits;
  if (Array.isArray(value)) return listLimits;
  return isRecord(value) ? recordLimits : {};
}

function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times));
}

/** Characters as JSON Schema counts them, which are code points. */
function count(text: string): number {
  return [...text].length;
}

function size(value: object): number {
  return Object.keys(value).length;
}

function areUnique(items: readonly unknown[]): boolean {
  return items.length < 2 || new Set(items.map((item) => JSON.stringify(item))).size === items.length;
}

export function fitsPattern(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true; // a pattern of another dialect says nothing here
  }
}
