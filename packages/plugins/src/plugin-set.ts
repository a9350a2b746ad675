import { describe } from '@melliflow/core/implement';
import { type AnyHook, isPriority } from './hook.js';

/** What is asked of a plugin; `Plugin` is a start. */
export interface PluginLike {
  readonly name: string;
  readonly priority?: number | undefined;
  hooks(): readonly AnyHook[];
}

/** What can be registered, put into a scope, a session or a set. */
export type Pluggable = AnyHook | PluginLike | PluginSet;

/** How a set differs from its parts. */
export interface PluginSetInit {
  /** The priority of all hooks in it, whatever they have of their own. */
  priority?: number | undefined;
}

/** Hooks, plugins and sets under one name. */
export class PluginSet {
  readonly name: string;
  readonly plugins: readonly Pluggable[];
  readonly priority: number | undefined;

  /** @throws TypeError when a member is not what it must be. */
  constructor(name: string, plugins: readonly Pluggable[], { priority }: PluginSetInit = {}) {
    if (typeof name !== 'string')
      throw new TypeError(`PluginSet: name must be a text, got ${describe(name)}.`);
    if (!Array.isArray(plugins))
      throw new TypeError(`PluginSet '${name}': plugins must be an array, got ${describe(plugins)}.`);
    if (!isPriority(priority))
      throw new TypeError(`PluginSet '${name}': priority must be a number, got ${describe(priority)}.`);
    this.name = name;
    this.plugins = Object.freeze([...plugins]);
    this.priority = priority;
  }
}
