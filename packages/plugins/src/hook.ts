import { type HookContext, type HookPayloads, HookType } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import type { Blocked, Modified } from './answer.js';

/** How a hook takes part, in the order in which they are told. Only the first two modify; `sequential` and `concurrent` block. */
export const hookModes = ['sequential', 'transform', 'audit', 'concurrent', 'fire_and_forget'] as const;

/** One of `hookModes`. */
export type HookMode = (typeof hookModes)[number];

/** How a hook takes part. */
export interface HookOptions {
  /** Default `sequential`. */
  mode?: HookMode | undefined;
  /** Lower ones are told first, within a mode. Default: the plugin's, else 50. */
  priority?: number | undefined;
  /** For errors and logs. Default: the plugin's name, else the function's. */
  name?: string | undefined;
  /** How long an asynchronous answer may take. Default 5000; `Infinity` waits for ever. */
  timeoutMs?: number | undefined;
  /** Whether what the hook throws fails the operation, or goes to the logger. Default `throw`. */
  onError?: 'throw' | 'log' | undefined;
}

/** Nothing, `block(…)` or `modify(…)`. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement is a hook too.
export type HookAnswer<T extends HookType> = Blocked | Modified<HookPayloads[T]> | null | undefined | void;

/** A function that is told. The payload and the context are frozen. */
export type HookFn<T extends HookType> = (
  payload: HookPayloads[T],
  context: HookContext,
) => HookAnswer<T> | Promise<HookAnswer<T>>;

/** A function and how it takes part in one kind of moment. */
export interface Hook<T extends HookType = HookType> {
  readonly type: T;
  readonly fn: HookFn<T>;
  readonly mode: HookMode;
  readonly priority: number | undefined;
  readonly name: string | undefined;
  readonly timeoutMs: number;
  readonly onError: 'throw' | 'log';
}

/** A hook of whatever type. */
export type AnyHook = { [T in HookType]: Hook<T> }[HookType];

/** The longest time that a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * A hook: `register` it, or put it into a scope, a session or a set.
 *
 * @throws TypeError for an unknown type or mode, or an option that is not what it must be.
 *
 * @example
 * const cool = hook(HookType.GENERATION_PRE_CALL, (payload) =>
 *   modify(payload, { modelOptions: { ...payload.modelOptions, temperature: 0 } }), { priority: 10 });
 */
export function hook<T extends HookType>(type: T, fn: HookFn<T>, options: HookOptions = {}): Hook<T> {
  const { mode = 'sequential', priority, name, timeoutMs = 5000, onError = 'throw' } = options;
  mustBe(
    Object.values(HookType).includes(type),
    'type',
    type,
    `one of ${Object.values(HookType).join(', ')}`,
  );
  mustBe(typeof fn === 'function', 'fn', fn, 'a function');
  mustBe(hookModes.includes(mode), 'mode', mode, `one of ${hookModes.join(', ')}`);
  mustBe(isPriority(priority), 'priority', priority, 'a number');
  mustBe(name === undefined || (typeof name === 'string' && name !== ''), 'name', name, 'a text');
  const isTime = timeoutMs === Infinity || (timeoutMs > 0 && timeoutMs <= LONGEST_MS);
  mustBe(isTime, 'timeoutMs', timeoutMs, `from 1 to ${LONGEST_MS}, or Infinity`);
  mustBe(onError === 'throw' || onError === 'log', 'onError', onError, "'throw' or 'log'");
  return Object.freeze({ type, fn, mode, priority, name, timeoutMs, onError });
}

/** Whether a hook, a plugin or a set may have it. */
export function isPriority(priority: unknown): boolean {
  return priority === undefined || (typeof priority === 'number' && !Number.isNaN(priority));
}

/** @throws TypeError naming the member, what it is and what it must be. */
function mustBe(holds: boolean, member: string, value: unknown, wanted: string): void {
  if (!holds) throw new TypeError(`hook: ${member} must be ${wanted}, got ${describe(value)}.`);
}
