import { describe } from '@melliflow/core/implement';
import type { PlainToolParameters, ToolParameters } from '../tools/tool-parameters.js';
import { mifiedClass } from './mified-class.js';
import { MifiedObject } from './mified-object.js';
import type { MObject } from './mobject.js';

type NamesOf<T, Wanted> = { [K in keyof T & string]: T[K] extends Wanted ? K : never }[keyof T & string];
type Method = (...args: never[]) => unknown;

/** The fields of an object, without its methods. */
export type FieldName<T> = Exclude<keyof T & string, NamesOf<T, Method>>;
/** The methods of an object. */
export type MethodName<T> = NamesOf<T, Method>;

/** How a method is offered as a tool. */
export interface MethodTool {
  /** When to call it and what it does, for the model. */
  description?: string | undefined;
  /** Its arguments. Default: none. */
  parameters?: ToolParameters<unknown, unknown> | PlainToolParameters | undefined;
  /** The names of the arguments in the order in which the method takes them. Default: it takes one object. */
  order?: readonly string[] | undefined;
}

/** What of an object a model is shown; nothing else of it is. */
export interface MifyOptions<T> {
  /** The fields that are shown, in this order. They are read whenever the object is shown. */
  fields: readonly FieldName<T>[];
  /** The methods that are offered as tools, under their own names. */
  methods?: { readonly [K in MethodName<T>]?: MethodTool } | undefined;
  /** Under which its template is looked up, before that of `MObject`. */
  name?: string | undefined;
  /** How it is worded: a Jinja template with the chosen fields in `fields`. */
  template?: string | undefined;
}

/** An object of the program as a model sees it. */
export interface Mified<T extends object> extends MObject {
  /** The object itself. */
  readonly object: T;
}

/** What the instances of a mified class have beside their own members. */
export type MifiedMembers = Pick<MObject, keyof MObject>;

/** A class whose instances are components. */
export type MifiedClass<C extends abstract new (...args: never[]) => object> = Omit<C, 'prototype'> &
  (new (
    ...args: ConstructorParameters<C>
  ) => InstanceType<C> & MifiedMembers);

/**
 * Makes an object, or all objects of a class, something that a model can be shown, asked about and asked to change.
 * The caller chooses which fields are shown and which methods are offered as tools; the model sees nothing else.
 *
 * An object is left as it is and the result stands for it. A class gives a subclass whose instances are components.
 *
 * @throws TypeError when a chosen field or method is not there, or a value cannot be shown.
 * @example
 * const invoice = mify({ items, total: 12.5, key }, { fields: ['items', 'total'] });
 * await m.query(invoice, 'Which item costs most?');
 */
export function mify<C extends abstract new (...args: never[]) => object>(
  type: C,
  options: MifyOptions<InstanceType<C>>,
): MifiedClass<C>;
export function mify<T extends object>(object: T, options: MifyOptions<T>): Mified<T>;
export function mify(target: object, options: MifyOptions<object>): unknown {
  if ((typeof target !== 'object' && typeof target !== 'function') || target === null) {
    throw new TypeError(`mify takes an object or a class, got ${describe(target)}.`);
  }
  if (!Array.isArray(options?.fields)) {
    throw new TypeError(
      `mify needs the fields that a model may see, got ${describe(options?.fields)}: { fields: ['name', …] }.`,
    );
  }
  return typeof target === 'function'
    ? mifiedClass(target as never, options)
    : new MifiedObject(target, options as never);
}
