import { beginListening, endListening } from './install.js';
import type { Pluggable } from './plugin-set.js';
import { processState } from './process-state.js';
import { type Pluggables, registrationsOf } from './registration.js';

/**
 * Tells these plugins of everything in the process that begins from now on. What is registered already stays where
 * it is.
 *
 * @throws TypeError for what is neither a hook nor a plugin nor a set.
 * @throws PluginUseError (`plugin_use`) when another plugin manager holds the process.
 */
export function register(plugins: Pluggables): void {
  const state = processState();
  const news = [...new Set(listOf(plugins))]
    .filter((plugin) => !state.registered.has(plugin))
    .map((plugin) => [plugin, registrationsOf([plugin], () => ++state.lastSequence)] as const);
  beginListening(state, news.length);
  for (const [plugin, registrations] of news) state.registered.set(plugin, registrations);
  state.version += 1;
}

/** Ends that, for what was given to `register`; what runs already is told to its end. Gives whether any was there. */
export function unregister(plugins: Pluggables): boolean {
  const state = processState();
  const gone = listOf(plugins).filter((plugin) => state.registered.delete(plugin));
  state.version += 1;
  endListening(state, gone.length);
  return gone.length > 0;
}

function listOf(plugins: Pluggables): readonly Pluggable[] {
  return Array.isArray(plugins) ? plugins : [plugins as Pluggable];
}
