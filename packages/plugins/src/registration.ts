import { describe } from '@melliflow/core/implement';
import { type AnyHook, type HookMode, hookModes, isPriority } from './hook.js';
import type { Pluggable, PluginLike, PluginSet } from './plugin-set.js';

/** A hook with what its plugin and the sets around it decide. */
export interface Registration {
  readonly hook: AnyHook;
  /** The plugin, or the hook itself: it is told once, and not of what it does itself. */
  readonly owner: object;
  readonly name: string;
  readonly priority: number;
  /** When its owner was registered, among all of the process. */
  readonly sequence: number;
}

/** One or several. */
export type Pluggables = Pluggable | readonly Pluggable[];

/**
 * The hooks of all, those of sets and plugins included; a set's priority wins over a hook's, that over a plugin's.
 *
 * @throws TypeError for what is neither a hook nor a plugin nor a set.
 */
export function registrationsOf(pluggables: Pluggables, nextSequence: () => number): Registration[] {
  const roots: readonly unknown[] = Array.isArray(pluggables) ? pluggables : [pluggables];
  return roots.flatMap((root) => unfold(root, undefined, nextSequence));
}

function unfold(one: unknown, override: number | undefined, nextSequence: () => number): Registration[] {
  if (isPlugin(one)) {
    const sequence = nextSequence();
    return hooksOf(one).map((hook) => ({
      hook,
      owner: one,
      name: hook.name ?? one.name,
      priority: override ?? hook.priority ?? one.priority ?? 50,
      sequence,
    }));
  }
  if (isHook(one)) {
    const name = one.name ?? (one.fn.name || one.type);
    const priority = override ?? one.priority ?? 50;
    return [{ hook: one, owner: one, name, priority, sequence: nextSequence() }];
  }
  if (isSet(one)) return one.plugins.flatMap((part) => unfold(part, override ?? one.priority, nextSequence));
  throw new TypeError(
    `A plugin must be made by hook(…), or be a Plugin with hooks() or a PluginSet, got ${describe(one)}.`,
  );
}

/** @throws TypeError when a plugin's hooks or priority are not what they must be. */
function hooksOf(plugin: PluginLike): readonly AnyHook[] {
  const hooks = plugin.hooks();
  const fits = Array.isArray(hooks) && hooks.every(isHook) && isPriority(plugin.priority);
  if (fits && hooks.length > 0) return hooks;
  throw new TypeError(
    fits
      ? `Plugin '${plugin.name}' listens to nothing: mark methods with @on(…), or give hooks from hooks().`
      : `Plugin '${plugin.name}': hooks() must give an array of what hook(…) makes, and priority be a number or undefined.`,
  );
}

/** In the order in which they are told; an owner that comes twice counts where it came first. */
export function inOrder(registrations: readonly Registration[]): Registration[] {
  const bySequence = [...registrations].sort((a, b) => a.sequence - b.sequence);
  const first = new Map<object, number>();
  for (const { owner, sequence } of bySequence) if (!first.has(owner)) first.set(owner, sequence);
  return bySequence
    .filter(({ owner, sequence }) => first.get(owner) === sequence)
    .sort(
      (a, b) => hookModes.indexOf(a.hook.mode) - hookModes.indexOf(b.hook.mode) || a.priority - b.priority,
    );
}

function isSet(one: unknown): one is PluginSet {
  return isRecord(one) && Array.isArray(one.plugins);
}

function isHook(one: unknown): one is AnyHook {
  return isRecord(one) && typeof one.fn === 'function' && hookModes.includes(one.mode as HookMode);
}

function isPlugin(one: unknown): one is PluginLike {
  return isRecord(one) && typeof one.hooks === 'function' && typeof one.name === 'string';
}

function isRecord(one: unknown): one is Record<string, unknown> {
  return typeof one === 'object' && one !== null;
}
