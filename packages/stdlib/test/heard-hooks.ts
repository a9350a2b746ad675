import { type HookContext, HookType } from '@melliflow/core';
import { type AnyHook, hook, Plugin } from '@melliflow/plugins';

/** A hook as a plugin was told of it. */
export interface HeardHook {
  readonly type: HookType;
  readonly payload: Record<string, unknown>;
  readonly context: HookContext;
}

/** A plugin that notes all hooks, or those whose names begin with one of `prefixes`. */
export class Listener extends Plugin {
  override readonly name = 'listener';
  /** It hears what others changed. */
  override readonly priority: number = 90;
  readonly heard: HeardHook[] = [];
  readonly prefixes: readonly string[];

  constructor(...prefixes: readonly string[]) {
    super();
    this.prefixes = prefixes.length > 0 ? prefixes : [''];
  }

  get types(): HookType[] {
    return this.heard.map(({ type }) => type);
  }

  override hooks(): readonly AnyHook[] {
    const types = Object.values(HookType).filter((type) =>
      this.prefixes.some((prefix) => type.startsWith(prefix)),
    );
    return types.map(
      (type) =>
        hook(type, (payload, context) => {
          this.heard.push({ type, payload: payload as never, context });
        }) as unknown as AnyHook,
    );
  }
}

/** How many registered plugins and open scopes the process counts. */
export function listening(): number {
  const state = (globalThis as { [key: symbol]: unknown })[Symbol.for('@melliflow/plugins/state')];
  return (state as { listening: number } | undefined)?.listening ?? 0;
}
