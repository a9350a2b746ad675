import { type HookContext, type HookPayloads, type HookType, PluginViolationError } from '@melliflow/core';
import type { Blocked } from './answer.js';
import { type Answer, ask, type Listener } from './ask.js';
import type { HookMode } from './hook.js';
import { change, type Moment, newMoment } from './moment.js';
import { beforeHooks, errorHooks } from './policies.js';
import type { Registration } from './registration.js';
import { warnOnce } from './warn-once.js';

/**
 * Tells the listeners of a hook, and gives the payload as they leave it: sequential, transform and audit ones in turn,
 * each with what those before it changed; then concurrent ones all at once, and then the rest. Before something is
 * done, the first that blocks or throws ends it; of what is done all are told, and then the first failure is thrown.
 *
 * @throws PluginViolationError (`plugin_violation`) when one blocks that may.
 * @throws PluginError (`plugin`) when one throws, or answers too late; never where an error is told.
 */
export async function dispatch<T extends HookType>(
  listeners: readonly Listener[],
  type: T,
  payload: HookPayloads[T],
  context: HookContext,
): Promise<HookPayloads[T]> {
  const moment = newMoment(type, payload, context);
  const failures: unknown[] = [];
  const mayEnd = (error: unknown): void => {
    if (beforeHooks.has(type)) throw error;
    failures.push(error);
  };
  try {
    for (const listener of listeners) {
      if (takesTurns(listener)) await tell(listener, moment).catch(mayEnd);
    }
    const atOnce = listeners.filter((listener) => modeOf(listener) === 'concurrent');
    await Promise.all(atOnce.map((listener) => tell(listener, moment).catch(mayEnd)));
  } finally {
    for (const timer of moment.timers) clearTimeout(timer);
  }
  for (const listener of listeners) if (modeOf(listener) === 'fire_and_forget') tellLater(listener, moment);
  if (failures.length > 0) throw failures[0];
  return moment.payload as HookPayloads[T];
}

const modeOf = ({ registration }: Listener): HookMode => registration.hook.mode;

function takesTurns(listener: Listener): boolean {
  return ['sequential', 'transform', 'audit'].includes(modeOf(listener));
}

async function tell(listener: Listener, moment: Moment): Promise<void> {
  obey(listener.registration, moment, await ask(listener, moment));
}

/** Nobody waits for it, so all that goes wrong is logged. */
function tellLater(listener: Listener, { timers: _, ...moment }: Moment): void {
  queueMicrotask(() => void tell(listener, { ...moment, timers: new Set() }));
}

/** Does what the answer says where the mode allows it, else says that it does not. */
function obey(registration: Registration, moment: Moment, answer: Answer): void {
  if (answer === null) return;
  const { mode } = registration.hook;
  const { type } = moment;
  if (answer.answer === 'block') {
    if (!['sequential', 'concurrent'].includes(mode))
      warnOnce(registration, type, `${mode} hooks cannot block`);
    else if (errorHooks.has(type)) warnOnce(registration, type, 'an error cannot be blocked');
    else throw violation(registration, type, answer);
    return;
  }
  if (mode !== 'sequential' && mode !== 'transform') {
    warnOnce(registration, type, `${mode} hooks cannot modify the payload`);
    return;
  }
  for (const field of change(moment, answer.changes as Record<string, unknown>)) {
    warnOnce(registration, type, `the field '${field}' is not writable, its change is discarded`);
  }
}

function violation({ name }: Registration, type: HookType, { reason, code, details }: Blocked): Error {
  return new PluginViolationError(`Plugin '${name}' blocked ${type}: ${code ? `[${code}] ` : ''}${reason}`, {
    reason,
    violationCode: code,
    details,
    hookType: type,
    pluginName: name,
  });
}
