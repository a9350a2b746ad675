import type { WireRequest } from '@melliflow/backend-conformance/servers';
import { BrokenRule } from './broken-rule.js';
import { drips } from './faults.js';
import { kinds } from './kinds/kinds.js';
import {
  type Baseline,
  Complaints,
  comeToRest,
  heapUsed,
  openResources,
  processListeners,
} from './leftovers.js';
import { OpenTimers } from './open-timers.js';
import { Operation, type Outcome } from './operation.js';
import { startProviders } from './providers.js';
import { Script } from './script.js';
import { loadVoice } from './voice.js';

/** How long a soak lasts. */
export interface SoakInit {
  readonly seed: number;
  readonly seconds: number;
  /** The kinds of operations. Default: all. */
  readonly kinds?: Readonly<Record<string, (operation: Operation) => Promise<Outcome>>> | undefined;
  /** Only this operation. */
  readonly only?: number | undefined;
  /** How many operations the warm-up has at least. Default 600: of fewer the heap says nothing. */
  readonly warmUp?: number | undefined;
  /** How often it comes to rest, with the one after the warm-up. Default 6. */
  readonly rests?: number | undefined;
  /** How long something may take to come to rest before it counts as left behind. Default 60,000. */
  readonly restMs?: number | undefined;
  /** Told at each rest. */
  readonly onRest?: ((report: SoakReport) => void) | undefined;
}

/** What a soak did and what it left. */
export interface SoakReport {
  readonly seed: number;
  /** How often which kind came to which outcome. */
  readonly outcomes: ReadonlyMap<string, ReadonlyMap<Outcome, number>>;
  readonly operations: number;
  readonly requests: number;
  /** Bytes in use at each rest; the first is after the warm-up. */
  readonly heap: readonly number[];
  /** Sockets that are open on the servers' side. */
  readonly sockets: number;
  /** The first rule that did not hold. */
  readonly broken: {
    readonly rule: string;
    readonly message: string;
    readonly operation: number | null;
  } | null;
}

/** Operations at the same time. */
const LANES = 12;
const RESTS = 6;
/** The first rest takes longer: all has to be compiled and every pool filled. */
const WARM_UP_SHARE = 0.3;
/** Operations of the warm-up. */
const WARM_UP_OPERATIONS = 600;
/** No operation takes nearly so long, on a busy machine either. */
const STUCK_MS = 180_000;
/** A busy machine takes its time. */
const REST_MS = 60_000;
/** How much the heap may grow after the warm-up. */
const GROWTH = 1.05;

/** Does everything that a program may do, at random, on servers that misbehave, until its time is over. */
export async function soak(init: SoakInit): Promise<SoakReport> {
  const { seed, seconds } = init;
  const names = Object.keys(init.kinds ?? kinds);
  const script = new Script();
  const providers = await startProviders(script);
  const life = new AbortController().signal;
  const voice = init.kinds === undefined ? await loadVoice() : null;
  const complaints = new Complaints();
  const baseline: Baseline = { resources: openResources(), listeners: processListeners() };
  const timers = new OpenTimers();
  const outcomes = new Map<string, Map<Outcome, number>>();
  const heap: number[] = [];
  let operations = init.only ?? 0;
  let requests = 0;
  let broken: SoakReport['broken'] = null;

  const report = (): SoakReport => {
    const sockets = providers.reduce((sum, { server }) => sum + server.openSockets, 0);
    return { seed, outcomes, operations, requests, heap, sockets, broken };
  };
  const one = async (number: number): Promise<void> => {
    const operation = new Operation(number, { seed, script, providers, voice, life });
    const name = operation.chance.pick(names);
    try {
      const outcome = await inTime((init.kinds ?? kinds)[name]?.(operation));
      const counts = outcomes.get(name) ?? new Map<Outcome, number>();
      outcomes.set(name, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
    } catch (error) {
      const { rule, message } = brokenBy(error);
      broken ??= { rule, message: `${name} on ${operation.provider.name}: ${message}`, operation: number };
    }
  };
  const lane = async (isOver: () => boolean): Promise<void> => {
    while (!isOver() && broken === null && complaints.told.length === 0) await one(operations++);
  };
  const rest = async (): Promise<void> => {
    try {
      await comeToRest(providers, life, baseline, timers, init.restMs ?? REST_MS);
    } catch (error) {
      broken ??= { ...brokenBy(error), operation: null };
    }
    if (complaints.told.length > 0)
      broken ??= { rule: 'complaints', message: complaints.told.join('\n'), operation: null };
    script.clear();
    for (const { server } of providers) requests += (server.requests as WireRequest[]).splice(0).length;
    heap.push(await heapUsed());
    init.onRest?.(report());
  };

  const pump = (): NodeJS.Timeout => setInterval(() => drips.pass(drips.waiting), 2);
  const rests = init.only === undefined ? (init.rests ?? RESTS) : 1;
  let beginMs = performance.now();
  for (let round = 0; round < rests && broken === null; round++) {
    const share = round === 0 ? WARM_UP_SHARE : (1 - WARM_UP_SHARE) / (rests - 1);
    const endMs = beginMs + share * seconds * 1000;
    const least = round === 0 ? (init.warmUp ?? WARM_UP_OPERATIONS) : 0;
    const drip = pump();
    if (init.only !== undefined) await one(init.only);
    else
      await Promise.all(
        Array.from({ length: LANES }, () => lane(() => performance.now() > endMs && operations >= least)),
      );
    clearInterval(drip);
    await rest();
    beginMs = performance.now();
  }
  if (broken === null && heap.length > 1) broken = grown(heap);
  complaints.stop();
  timers.stop();
  await voice?.close();
  const final = report();
  for (const { server } of providers) await server.close();
  return final;
}

/** @throws BrokenRule when it does not come to its end. */
async function inTime<T>(work: Promise<T> | undefined): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new BrokenRule('every operation ends', `it has not ended after ${STUCK_MS} ms`);
    timer = setTimeout(() => reject(error), STUCK_MS);
  });
  try {
    return (await Promise.race([work, late])) as T;
  } finally {
    clearTimeout(timer);
  }
}

function brokenBy(error: unknown): { rule: string; message: string } {
  if (error instanceof BrokenRule) return { rule: error.rule, message: error.message };
  return { rule: 'no crash', message: (error as Error)?.stack ?? String(error) };
}

/** The last rests against the first: one alone may have met the heap at a bad moment. */
export function grown(heap: readonly number[]): SoakReport['broken'] {
  const [warm = 0] = heap;
  const last = Math.min(...heap.slice(-2));
  if (last <= warm * GROWTH) return null;
  const message = `the heap grew from ${warm} to ${last} bytes after collections: ${heap.join(', ')}`;
  return { rule: 'heap', message, operation: null };
}
