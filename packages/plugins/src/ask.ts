import { PluginError } from '@melliflow/core';
import { className, log, scrubbed } from '@melliflow/core/implement';
import { type Blocked, isAnswer, type Modified } from './answer.js';
import { boundBackend } from './bound-backend.js';
import { checkChanges } from './check-changes.js';
import { type HookChain, muting } from './hook-chain.js';
import { isThenable } from './is-thenable.js';
import type { Moment } from './moment.js';
import { errorHooks } from './policies.js';
import { processState, runIn } from './process-state.js';
import type { Registration } from './registration.js';
import { warnOnce } from './warn-once.js';

/** A registered hook, where it listens. */
export interface Listener {
  readonly registration: Registration;
  readonly chain: HookChain;
  /** The chain in which it runs: its plugin is not told of what it does itself. */
  inside: HookChain | null;
}

export type Answer = Blocked | Modified | null;

/**
 * Tells one listener; at once where it answers at once.
 *
 * @throws PluginError (`plugin`) for what it throws and for an answer that comes too late or is none, unless that goes
 * to the logger.
 */
export function ask(listener: Listener, moment: Moment): Answer | Promise<Answer> {
  try {
    const given: unknown = call(listener, moment);
    if (!isThenable(given)) return checked(given, listener, moment);
    return inTime(given, listener, moment)
      .then((later) => checked(later, listener, moment))
      .catch((error: unknown) => failed(error, listener, moment));
  } catch (error) {
    return failed(error, listener, moment);
  }
}

function call(listener: Listener, { shown, context }: Moment): unknown {
  const { hook, owner } = listener.registration;
  listener.inside ??= muting(listener.chain, owner);
  const { inside } = listener;
  const state = processState();
  const { backend } = context;
  // Without a storage the chain is lost at the hook's first await: then its backend holds on to it.
  const given =
    state.storage || !backend ? context : { ...context, backend: boundBackend(backend, () => inside) };
  return runIn(state, inside, () => hook.fn(shown as never, Object.freeze(given)));
}

/** The answer, or a PluginError when it is not there in time. */
function inTime(work: PromiseLike<unknown>, { registration }: Listener, moment: Moment): Promise<unknown> {
  const { timers, type } = moment;
  const { name, hook } = registration;
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    if (hook.timeoutMs !== Infinity) {
      timer = setTimeout(() => {
        const message = `Plugin '${name}' did not answer ${type} within ${hook.timeoutMs} ms.`;
        reject(new PluginError(message, { hookType: type, pluginName: name }));
      }, hook.timeoutMs);
      timers.add(timer);
    }
    const over = (): void => {
      clearTimeout(timer);
      if (timer !== undefined) timers.delete(timer);
    };
    Promise.resolve(work).then(resolve, reject).then(over);
  });
}

/** An object that looks like an answer and is none would be lost in silence; other values mean nothing. */
function checked(given: unknown, { registration }: Listener, moment: Moment): Answer {
  if (given === undefined || given === null || given === moment.shown) return null;
  if (isAnswer(given)) {
    const { mode } = registration.hook;
    if (given.answer === 'modify' && (mode === 'sequential' || mode === 'transform'))
      checkChanges(moment.type, given.changes as Record<string, unknown>);
    return given;
  }
  if (typeof given === 'object') {
    throw new TypeError(
      `A hook answers with block(…), modify(…) or nothing, got an object of class ${className(given)}.`,
    );
  }
  warnOnce(registration, moment.type, `its ${typeof given} is no answer: block(…), modify(…) or nothing`);
  return null;
}

/** To the caller as a PluginError, or to the logger: when asked for, and always where an error is told. */
function failed(error: unknown, { registration }: Listener, { type }: Moment): null {
  const { hook, name } = registration;
  const isOurs = PluginError.is(error) && error.cause === undefined && error.pluginName === name;
  const told = isOurs
    ? error
    : new PluginError(`Plugin '${name}' failed in ${type}.`, {
        hookType: type,
        pluginName: name,
        cause: error,
      });
  const isLogged = hook.onError === 'log' || hook.mode === 'fire_and_forget' || errorHooks.has(type);
  if (!isLogged) throw told;
  log('error', told.message, { plugin: name, hook: type, error: scrubbed(error) });
  return null;
}
