import type { Backend, BackendCapabilities, ModelOptions } from '@melliflow/core';
import { defaultCapabilities, mergeModelOptions } from '@melliflow/core/implement';

/** What all can do: any of them may have to answer. */
export function sharedCapabilities(backends: readonly Backend[]): BackendCapabilities {
  const names = Object.keys(defaultCapabilities) as (keyof BackendCapabilities)[];
  const shared = names.map((name) => [name, backends.every(({ capabilities }) => capabilities[name])]);
  return Object.fromEntries(shared);
}

/** The defaults on which all agree. */
export function sharedOptions(backends: readonly Backend[]): ModelOptions {
  const [first, ...others] = backends.map(({ modelOptions }) => modelOptions as Record<string, unknown>);
  const agreed = Object.entries(first ?? {}).filter(([name, value]) =>
    others.every((options) => Object.is(options[name], value)),
  );
  return Object.fromEntries(agreed);
}

/** The defaults of one that the others do not share; a call's options win over them. */
export function ownOptions(backend: Backend, shared: ModelOptions): ModelOptions {
  return Object.fromEntries(
    Object.entries(backend.modelOptions).filter(([name]) => !Object.hasOwn(shared, name)),
  );
}

/** The options of a call for one of the backends, whose own defaults the outermost backend did not know. */
export function optionsFor(backend: Backend, shared: ModelOptions, asked: ModelOptions): ModelOptions {
  return mergeModelOptions(ownOptions(backend, shared), asked);
}
