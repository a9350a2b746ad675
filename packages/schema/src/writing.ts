import type { Dialect } from './dialects.js';
import type { MutableSchema, Subschema } from './keywords.js';
import type { Loss, Place } from './losses.js';

/** Marks on what was written, by which a value finds its way back. */
export interface Marks {
  /** The properties of an object that are null where the user's schema has them absent. */
  readonly nullWhenAbsent: Map<MutableSchema, ReadonlySet<string>>;
  /** Lists of keys and values that stand for an object. */
  readonly entries: Set<MutableSchema>;
  /** What stands where in a list that was a tuple. */
  readonly tuples: Map<MutableSchema, readonly MutableSchema[]>;
}

/** A schema in a dialect, and what the way back needs. */
export interface WrittenSchema {
  readonly schema: MutableSchema;
  readonly definitions: Readonly<Record<string, MutableSchema>>;
  readonly losses: readonly Loss[];
  readonly marks: Marks;
}

/** What the writers of objects and lists may do. */
export interface Writing {
  readonly dialect: Dialect;
  readonly marks: Marks;
  lose(kind: Loss['kind'], keyword: string, at: Place, what: string): void;
  /** A place for a schema that is written later; with `nullable` it also takes null. */
  later(source: Subschema, at: Place, nullable?: boolean): MutableSchema;
  allowsNull(source: Subschema): boolean;
}
