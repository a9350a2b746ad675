import { type Fault, Turnstile } from '@melliflow/backend-conformance/servers';
import type { Chance } from './chance.js';

/** How a reply is bent, and what may come of it. */
export interface Bend {
  readonly fault: readonly Fault[];
  /**
   * `mild`: the text comes whole all the same. `again`: nothing of it comes, and a second try is worth it. `hard`: an
   * error, unless it could be mended. `stall`: nothing comes until somebody leaves.
   */
  readonly harm: 'mild' | 'again' | 'hard' | 'stall';
}

/** Lets every dripping server say one thing more. */
export const drips: Turnstile = new Turnstile();

const mild: readonly ((chance: Chance, pieces: number) => Fault)[] = [
  // A byte a turn of the event loop: for short replies.
  (_, pieces) => ({ kind: pieces < 12 ? 'split-utf8' : 'comments' }),
  () => ({ kind: 'crlf' }),
  () => ({ kind: 'comments' }),
  () => ({ kind: 'drip', turnstile: drips }),
  (chance) => ({ kind: 'tool-fragments', size: 1 + chance.below(4) }),
];

const again: readonly (() => Fault)[] = [
  () => ({ kind: 'status', status: 503, shape: 'text' }),
  () => ({ kind: 'status', status: 500 }),
  () => ({ kind: 'status', status: 429, retryAfter: '0' }),
  () => ({ kind: 'reset', beforeHeaders: true }),
];

const hard: readonly ((after: number) => Fault)[] = [
  (after) => ({ kind: 'cut', after }),
  (after) => ({ kind: 'reset', after }),
  (after) => ({ kind: 'error-event', after }),
  (after) => ({ kind: 'malformed-json', after }),
  (after) => ({ kind: 'data-null', after }),
  (after) => ({ kind: 'empty-choices', after }),
  () => ({ kind: 'empty-body' }),
  () => ({ kind: 'html' }),
  () => ({ kind: 'status', status: 400, shape: 'vllm' }),
  () => ({ kind: 'status', status: 401, shape: 'empty' }),
  () => ({ kind: 'status', status: 404, shape: 'detail' }),
  () => ({ kind: 'status', status: 400, code: 'context_length_exceeded' }),
];

/** How a reply of so many pieces is bent: mostly not, or mildly. */
export function someBend(chance: Chance, pieces: number): Bend {
  const dice = chance.next();
  if (dice < 0.4) return { fault: [], harm: 'mild' };
  if (dice < 0.65) return { fault: [chance.pick(mild)(chance, pieces)], harm: 'mild' };
  if (dice < 0.78) return { fault: [chance.pick(again)()], harm: 'again' };
  if (dice < 0.94) return { fault: [chance.pick(hard)(chance.below(pieces))], harm: 'hard' };
  const after = chance.pick([undefined, 0, chance.below(pieces)]);
  return { fault: [{ kind: 'stall', after, until: new Turnstile() }], harm: 'stall' };
}
