import type { HookType } from '@melliflow/core';
import { type AnyHook, type HookFn, type HookOptions, hook } from './hook.js';

/** Where an instance keeps the hooks that decorators found; the same for all copies of this package. */
const DECLARED = Symbol.for('@melliflow/plugins/declared');

interface Declared {
  readonly method: string | symbol;
  readonly hook: AnyHook;
}

/**
 * Several hooks with common state. Mark methods with `@on(…)`; or, without decorators, give them from `hooks()`.
 *
 * @example
 * class Counter extends Plugin {
 *   calls = 0;
 *   @on(HookType.GENERATION_POST_CALL, { mode: 'audit' })
 *   count() {
 *     this.calls += 1;
 *   }
 * }
 */
export abstract class Plugin {
  /** For errors and logs. Default: the name of the class, which minifiers change. */
  readonly name: string = this.constructor.name;
  /** The priority of hooks that have none of their own. Default 50. */
  readonly priority: number | undefined;

  /** What the plugin listens to. Default: the methods marked with `@on`. */
  hooks(): readonly AnyHook[] {
    return declaredBy(this).map((declared) => declared.hook);
  }
}

/** What `@on` gives: a standard method decorator. */
export type HookDecorator<T extends HookType> = <This extends object>(
  method: (this: This, ...told: Parameters<HookFn<T>>) => ReturnType<HookFn<T>>,
  context: ClassMethodDecoratorContext<This>,
) => void;

/**
 * Marks a method of a `Plugin` as a hook, with the options of `hook`. A subclass may override the method.
 *
 * @throws TypeError for an unknown type or mode, an option that is not what it must be, or a static method.
 */
export function on<T extends HookType>(type: T, options: HookOptions = {}): HookDecorator<T> {
  return (_method, context) => {
    const { name: method, access } = context;
    if (context.static)
      throw new TypeError(`@on(${type}) marks methods of instances; ${String(method)} is static.`);
    context.addInitializer(function () {
      const own = hook(type, (...told) => access.get(this).apply(this, told), options) as unknown as AnyHook;
      const declared = declaredBy(this);
      const same = declared.findIndex((one) => one.method === method && one.hook.type === type);
      declared.splice(same < 0 ? declared.length : same, 1, { method, hook: own });
    });
  };
}

function declaredBy(plugin: object): Declared[] {
  const holder = plugin as { [DECLARED]?: Declared[] };
  if (!Object.hasOwn(holder, DECLARED)) Object.defineProperty(holder, DECLARED, { value: [] });
  return holder[DECLARED] as Declared[];
}
