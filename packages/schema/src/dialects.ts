import type { JsonSchema } from '@melliflow/core';
import type { JsonType } from './keywords.js';

/** What of JSON Schema one kind of provider takes and enforces. */
export interface Dialect {
  /** How warnings call it. */
  readonly label: string;
  /** The checks that it enforces, by type; the others are left out and reported. */
  readonly checks: Readonly<Partial<Record<JsonType, readonly string[]>>>;
  /** The values of `format` that it enforces. */
  readonly formats: readonly string[];
  /** Whether it can read a `pattern`. */
  takesPattern(pattern: string): boolean;
  /** Counts above this (`maxLength`, `maxItems`, …) are more than its grammar engine takes. */
  readonly maxCount: number;
  /** The word for alternatives. */
  readonly union: 'anyOf' | 'oneOf';
  /** A property that may be absent: left out of `required`, or required and nullable. */
  readonly optional: 'absent' | 'nullable';
  /** Whether every object must be closed, so that a map has to be a list of its entries. */
  readonly closed: boolean;
  /** Whether the outermost value must be an object. */
  readonly objectAtRoot: boolean;
  /** Tuples: not at all, without further items, or all. */
  readonly tuples: 'none' | 'closed' | 'all';
  /** Whether `enum` and `const` may hold objects and lists. */
  readonly deepLiterals: boolean;
  /** How it says "any value". */
  readonly anything: JsonSchema;
  /** What "any value" leaves out. */
  readonly anythingLacks?: string | undefined;
}

const scalars: readonly JsonType[] = ['string', 'number', 'boolean', 'null'];
const counts = ['minItems', 'maxItems'];
const lengths = ['minLength', 'maxLength'];
const bounds = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];
const clock = ['date-time', 'date', 'time'];

/** No look-around, no back-reference, no lazy or possessive repetition: these need more than an automaton. */
const isRegular = (pattern: string): boolean => !/\(\?[^:]|\\[1-9k]|[*+?}][?+]/.test(pattern);

/** Grammars of llama.cpp take anchored patterns, and no class such as `\d`. */
const isGrammatical = (pattern: string): boolean =>
  isRegular(pattern) && /^\^.*\$$/.test(pattern) && !/\\[a-zA-Z]|\(\?/.test(pattern);

const openaiStrict: Dialect = {
  label: 'OpenAI strict',
  checks: {
    string: ['pattern', 'format'],
    number: [...bounds, 'multipleOf'],
    integer: [...bounds, 'multipleOf'],
    array: counts,
  },
  formats: [...clock, 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'],
  takesPattern: isRegular,
  maxCount: Number.POSITIVE_INFINITY,
  union: 'anyOf',
  optional: 'nullable',
  closed: true,
  objectAtRoot: true,
  tuples: 'none',
  deepLiterals: false,
  anything: { type: scalars },
  anythingLacks: 'objects and lists',
};

/** Ollama hands the schema to llama.cpp's own converter to grammars. */
const ollama: Dialect = {
  label: 'Ollama',
  checks: { string: [...lengths, 'pattern', 'format'], integer: bounds, array: counts },
  formats: [...clock, 'uuid'],
  takesPattern: isGrammatical,
  maxCount: 1000,
  union: 'anyOf',
  optional: 'absent',
  closed: false,
  objectAtRoot: false,
  tuples: 'closed',
  deepLiterals: true,
  anything: { type: ['object', 'array', ...scalars] },
};

/** The services run several grammar engines; this is what all of them enforce. */
const watsonx: Dialect = {
  label: 'watsonx',
  checks: { string: [...lengths, 'pattern'], number: bounds, integer: bounds, array: counts },
  formats: [],
  takesPattern: isRegular,
  maxCount: Number.POSITIVE_INFINITY,
  union: 'anyOf',
  optional: 'absent',
  closed: false,
  objectAtRoot: false,
  tuples: 'all',
  deepLiterals: true,
  anything: { type: ['object', 'array', ...scalars] },
};

/** Text Generation Inference wants an object with properties at the root and knows no bounds of numbers. */
const hf: Dialect = {
  ...watsonx,
  label: 'Hugging Face',
  checks: { string: [...lengths, 'pattern', 'format'], array: counts },
  formats: [...clock, 'uuid'],
  objectAtRoot: true,
};

/** node-llama-cpp: all properties come, whatever `required` says, and `{}` would be null alone. */
const llamacpp: Dialect = {
  label: 'llama.cpp',
  checks: { string: [...lengths, 'format'], array: counts, object: ['minProperties', 'maxProperties'] },
  formats: clock,
  takesPattern: () => false,
  maxCount: 1000,
  union: 'oneOf',
  optional: 'nullable',
  closed: false,
  objectAtRoot: false,
  tuples: 'all',
  deepLiterals: false,
  anything: {
    oneOf: [{ type: scalars }, { type: 'object', additionalProperties: true }, { type: 'array' }],
  },
};

/** Who takes which JSON Schema; `openai` is a compatible server, which gets the schema as it is. */
export const dialects: Readonly<Record<DialectName, Dialect | null>> = {
  'openai-strict': openaiStrict,
  openai: null,
  ollama,
  watsonx,
  hf,
  llamacpp,
};

/** What a provider takes: OpenAI with and without `strict`, Ollama, watsonx, Hugging Face, node-llama-cpp. */
export type DialectName = 'openai-strict' | 'openai' | 'ollama' | 'watsonx' | 'hf' | 'llamacpp';

/** The dialects, for those who try them all. */
export const dialectNames: readonly DialectName[] = Object.keys(dialects) as DialectName[];
