import type { HookContext, HookPayloads, HookType } from '@melliflow/core';
import { setLogger } from '@melliflow/core';
import { captureHooks } from '@melliflow/core/implement';
import { afterEach, beforeEach, expect } from 'vitest';
import { register, unregister } from '../../src/index.js';
import type { Pluggables } from '../../src/registration.js';

export interface Logged {
  level: string;
  message: string;
  fields: Readonly<Record<string, unknown>> | undefined;
}

/** What goes to the logger during each test; and no test leaves an unhandled rejection. */
export function hearLogger(): Logged[] {
  const logged: Logged[] = [];
  const unhandled: unknown[] = [];
  const remember = (reason: unknown): unknown => unhandled.push(reason);
  beforeEach(() => {
    logged.length = 0;
    const note = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) => {
      logged.push({ level, message, fields });
    };
    setLogger({ debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') });
    process.on('unhandledRejection', remember);
  });
  afterEach(() => {
    setLogger(null);
    process.off('unhandledRejection', remember);
    expect(unhandled).toEqual([]);
    expect(listening(), 'plugins that a test left behind').toBe(0);
  });
  return logged;
}

/** How many registered plugins and open scopes the process counts. */
function listening(): number {
  const state = (globalThis as { [key: symbol]: unknown })[Symbol.for('@melliflow/plugins/state')];
  return (state as { listening: number } | undefined)?.listening ?? 0;
}

export const nowhere: HookContext = { backend: null, provider: null, modelId: null, sessionId: null };

/** Fires a hook as a base class does, with only these plugins registered. */
export async function fire<T extends HookType>(
  plugins: Pluggables,
  type: T,
  payload: HookPayloads[T],
): Promise<HookPayloads[T]> {
  register(plugins);
  try {
    const scope = captureHooks();
    if (!scope?.has(type)) return payload;
    return await scope.dispatch(type, payload, nowhere);
  } finally {
    unregister(plugins);
  }
}

export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error,
  );
}
