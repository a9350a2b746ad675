import type { HookPayloads } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import type { WritableField } from './policies.js';

/** Known across copies of this package. */
const ANSWER = Symbol.for('@melliflow/plugins/answer');

/** A hook's answer: the operation must not go on. */
export interface Blocked {
  readonly answer: 'block';
  readonly reason: string;
  readonly code: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
}

/** A hook's answer: the operation goes on with other values. */
export interface Modified<P = object> {
  readonly answer: 'modify';
  readonly changes: Readonly<Partial<P>>;
}

/** What the caller of a blocked operation is told beside the reason. */
export interface BlockInit {
  /** For programs; `violationCode` of the error. */
  code?: string | undefined;
  details?: Readonly<Record<string, unknown>> | undefined;
}

type Same<A, B> = [A, B] extends [B, A] ? true : false;

/** The fields that a plugin may change in a payload of this type. */
export type WritableFieldOf<P> = {
  [T in keyof HookPayloads]: Same<P, HookPayloads[T]> extends true ? WritableField<T> : never;
}[keyof HookPayloads];

/** Values for the writable fields of a payload. */
export type Changes<P> = { readonly [F in WritableFieldOf<P> & keyof P]?: P[F] } & {
  readonly [F in Exclude<keyof P, WritableFieldOf<P>>]?: never;
};

/**
 * The answer of a hook that ends the operation: its caller gets a `PluginViolationError`.
 *
 * @throws TypeError when there is no reason.
 *
 * @example
 * hook(HookType.TOOL_PRE_INVOKE, ({ modelToolCall }) =>
 *   modelToolCall.name === 'rm' ? block('No deleting here.', { code: 'forbidden_tool' }) : null);
 */
export function block(reason: string, { code, details }: BlockInit = {}): Blocked {
  if (typeof reason !== 'string' || reason === '')
    throw new TypeError(`block(reason): reason must be a text that says why, got ${describe(reason)}.`);
  return branded({ answer: 'block', reason, code, details: details && Object.freeze({ ...details }) });
}

/**
 * The answer of a hook that changes writable fields of its payload; others stay as they are.
 *
 * @param payload What the hook was given: its type says which fields are writable.
 *
 * @example
 * hook(HookType.GENERATION_PRE_CALL, (payload) =>
 *   modify(payload, { modelOptions: { ...payload.modelOptions, temperature: 0 } }));
 */
export function modify<P extends object>(payload: P, changes: Changes<P>): Modified<P> {
  for (const [name, value] of Object.entries({ payload, changes })) {
    if (typeof value !== 'object' || value === null)
      throw new TypeError(`modify(payload, changes): ${name} must be an object, got ${describe(value)}.`);
  }
  return branded({ answer: 'modify', changes: Object.freeze({ ...changes }) as Partial<P> });
}

/** Whether a hook's return value was made by `block` or `modify`, of any copy of this package. */
export function isAnswer(value: unknown): value is Blocked | Modified {
  return typeof value === 'object' && value !== null && ANSWER in value;
}

function branded<A extends object>(answer: A): A {
  return Object.freeze(Object.defineProperty(answer, ANSWER, { value: true }));
}
