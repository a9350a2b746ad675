import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BrokenRule, mustHold } from './broken-rule.js';
import type { OpenTimers } from './open-timers.js';
import type { Provider } from './providers.js';

/** What a process has open, by kind, without what it prints on. */
export function openResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => kind !== 'PipeWrap' && kind !== 'TTYWrap')
    .sort();
}

/** How many listeners the process has, by event. */
export function processListeners(): string[] {
  return process
    .eventNames()
    .map((name) => `${String(name)} ${process.listenerCount(name)}`)
    .sort();
}

/** What the process had before the first operation. */
export interface Baseline {
  readonly resources: readonly string[];
  readonly listeners: readonly string[];
}

/** What Node tells of that nobody listens to: a promise that failed unseen, a warning of its own. */
export class Complaints {
  readonly told: string[] = [];
  /** @internal */
  readonly _rejected = (reason: unknown): void => {
    this.told.push(`unhandled rejection: ${(reason as Error)?.stack ?? reason}`);
  };
  /** @internal */
  readonly _warned = (warning: Error): void => {
    this.told.push(`warning: ${warning.stack}`);
  };

  constructor() {
    process.on('unhandledRejection', this._rejected);
    process.on('warning', this._warned);
  }

  stop(): void {
    process.off('unhandledRejection', this._rejected);
    process.off('warning', this._warned);
  }
}

/**
 * Waits until all is at rest: no reply under way, no socket, no timer, no listener. The sockets that a client keeps for
 * its next request close by themselves.
 *
 * @throws BrokenRule for what does not go away.
 */
export async function comeToRest(
  providers: readonly Provider[],
  life: AbortSignal,
  { resources, listeners }: Baseline,
  timers: OpenTimers,
  restMs: number,
): Promise<void> {
  const openSockets = (): number => providers.reduce((sum, { server }) => sum + server.openSockets, 0);
  const until = (holds: () => boolean, rule: string, message: () => string): Promise<void> =>
    atRest(holds, restMs, rule, message);
  const replies = (): string =>
    providers.map(({ name, server }) => `${name}: ${server.openReplies}`).join(', ');
  await until(() => providers.every(({ server }) => server.openReplies === 0), 'replies', replies);
  const sockets = (): string =>
    providers.map(({ name, server }) => `${name}: ${server.openSockets}`).join(', ');
  await until(() => openSockets() === 0, 'sockets', sockets);
  const isOver = (): boolean => extra(openResources(), resources).length === 0;
  await until(isOver, 'timers and handles', () => extra(openResources(), resources).join(', '));
  await until(
    () => timers.open.size === 0,
    'timers and handles',
    () => timers.places().join('; '),
  );
  mustHold(openSockets() === 0, 'sockets', () => `opened while all was at rest: ${sockets()}`);
  const followers = getEventListeners(life, 'abort').length;
  mustHold(followers === 0, 'listeners', () => `${followers} on the signal that all operations had`);
  const more = extra(processListeners(), listeners);
  mustHold(more.length === 0, 'listeners of the process', () => more.join(', '));
}

/** What is in one list and not, or not so often, in the other. */
export function extra(now: readonly string[], before: readonly string[]): string[] {
  const left = [...before];
  return now.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** The bytes in use after collections, of buffers too: the median of several, since what the last turns held is let go late. */
export async function heapUsed(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const samples: number[] = [];
  for (let turn = 0; turn < 9; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    collect();
    const { heapUsed, external } = process.memoryUsage();
    samples.push(heapUsed + external);
  }
  return samples.slice(-5).sort((a, b) => a - b)[2] as number;
}

async function atRest(
  holds: () => boolean,
  restMs: number,
  rule: string,
  message: () => string,
): Promise<void> {
  const lastMs = performance.now() + restMs;
  while (!holds()) {
    if (performance.now() > lastMs) throw new BrokenRule(rule, `left behind: ${message()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
