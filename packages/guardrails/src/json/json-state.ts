import type { NumberPlace } from './number-syntax.js';

/** One way in which the value that is being read may still fit the schema. */
export interface Way {
  /** The number of its alternative in the schema's table. */
  readonly alternative: number;
  /** The indices of the ways that it belongs to, among those of the object or list around it. */
  readonly parents: readonly number[];
  /** Of a text whose values are listed: the node in their tree. */
  readonly node: number;
}

/** An object or a list that is open. */
export interface Level {
  readonly kind: 'object' | 'array';
  /** The ways in which it may still fit; they stay in place while a part of it is read. */
  ways: readonly Way[];
  /** The names that came. */
  readonly names: Set<string>;
  /** How many properties or items are complete. */
  count: number;
  /** The newest name if the schema has it, for reasons: other names are the model's own words. */
  name: string | null;
}

/** What may come next. */
export type Place =
  | 'value'
  | 'item or end'
  | 'name or end'
  | 'name'
  | 'colon'
  | 'comma or end'
  | 'text'
  | 'escape'
  | 'hex'
  | 'number'
  | 'word'
  | 'done';

/** How far a document has come: plain data, linear in its depth and in the names of what is open. */
export interface JsonState {
  place: Place;
  /** The ways of the value that is read or comes next. */
  ways: readonly Way[];
  levels: Level[];
  count: number;
  /** Whether the text that is read is a name; then its characters, and for each way of the object its node. */
  isName: boolean;
  name: string;
  nameNodes: (number | undefined)[];
  /** How many code points the text has, and whether its newest unit is the first half of a pair. */
  length: number;
  afterHigh: boolean;
  /** The digits of `\u` so far. */
  hex: string;
  /** The number so far. */
  number: string;
  numberPlace: NumberPlace;
  /** Which of true, false and null is read. */
  word: string;
  wordAt: number;
}
