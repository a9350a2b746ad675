import { CassetteMissError } from './cassette-errors.js';
import type { CassetteFile, ChatInteraction } from './cassette-file.js';
import { isCi } from './cassette-mode.js';
import { differences } from './differences.js';
import { type AskedRequest, type CassetteRequest, withoutPrompts } from './request.js';

/** More differences than these are only counted. */
const MAX_DIFFERENCES = 8;

/** The error for a request that is not on the tape: the nearest recording, what differs, and what to do. */
export function missError(
  file: CassetteFile,
  asked: AskedRequest,
  interactions: readonly ChatInteraction[] | null,
  unplayed: ReadonlySet<number>,
): CassetteMissError {
  const lines = [...why(file, asked, interactions, unplayed), advice(file)];
  return new CassetteMissError(lines.join('\n'), { file: file.name });
}

function why(
  { name }: CassetteFile,
  asked: AskedRequest,
  interactions: readonly ChatInteraction[] | null,
  unplayed: ReadonlySet<number>,
): string[] {
  if (interactions === null) return [`cassette: there is no file ${name}, and the model is not asked.`];
  const times = interactions.filter(({ key }) => key === asked.key).length;
  if (times > 0) {
    const often = times === 1 ? 'once' : `${times} times`;
    return [`cassette: this request is recorded ${often} in ${name}, and now it is made once more.`];
  }
  const missing = `cassette: this request is not recorded in ${name}.`;
  const nearest = nearestOf(asked.request, interactions, unplayed);
  if (nearest === null) return [`${missing} There are no recordings.`];
  const recorded = (interactions[nearest] as ChatInteraction).request;
  const isHashed = recorded.prompt.some((message) => textOf(message).startsWith('sha256:'));
  const found = differences(recorded, isHashed ? withoutPrompts(asked.request) : asked.request);
  const played = unplayed.has(nearest) ? '' : ', played already';
  const more = found.length - MAX_DIFFERENCES;
  return [
    missing,
    `The nearest is number ${nearest + 1} of ${interactions.length}${played}. What differs:`,
    ...found.slice(0, MAX_DIFFERENCES).map((difference) => `  ${difference}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function advice({ name }: CassetteFile): string {
  if (isCi()) return `In CI nothing is recorded: record on your machine and commit ${name}.`;
  return 'If that is right, record anew: run it with MELLIFLOW_CASSETTES=update, or as `node <file> --update`.';
}

/** The recording with the most in common; of several the first that was not played, then the first. */
function nearestOf(
  now: CassetteRequest,
  interactions: readonly ChatInteraction[],
  unplayed: ReadonlySet<number>,
): number | null {
  const wanted = wordsOf(now);
  let best = { score: -1, index: -1 };
  for (const [index, { request }] of interactions.entries()) {
    const likeness = request.kind === now.kind ? likenessOf(wanted, wordsOf(request)) : 0;
    const score = likeness + (unplayed.has(index) ? 0.001 : 0);
    if (score > best.score) best = { score, index };
  }
  return best.index < 0 ? null : best.index;
}

/** How often each word stands in a request. */
function wordsOf(request: CassetteRequest): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of JSON.stringify(request).match(/[\p{L}\p{N}]+/gu) ?? [])
    counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** The share of words that two have in common, from 0 to 1. */
function likenessOf(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let [common, all] = [0, 0];
  for (const [word, count] of a) {
    common += Math.min(count, b.get(word) ?? 0);
    all += count;
  }
  for (const count of b.values()) all += count;
  return all === 0 ? 1 : (2 * common) / all;
}

function textOf(message: CassetteRequest['prompt'][number]): string {
  return typeof message === 'string' ? message : message.content;
}
