import { wordDiff } from './word-diff.js';

/** What differs between a recorded value and that of now: one line for each place. */
export function differences(recorded: unknown, now: unknown, place = ''): string[] {
  if (JSON.stringify(recorded) === JSON.stringify(now)) return [];
  if (typeof recorded === 'string' && typeof now === 'string' && isProse(recorded) && isProse(now))
    return [`${place}: ${wordDiff(recorded, now)}`];
  const [before, after] = [recorded, now].map(membersOf);
  if (!before || !after || Array.isArray(recorded) !== Array.isArray(now))
    return [`${place}: recorded ${shown(recorded)}, now ${shown(now)}`];
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((name) =>
    differences(before.get(name), after.get(name), placeOf(place, name, Array.isArray(now))),
  );
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> | null {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null;
}

function placeOf(place: string, name: string, isList: boolean): string {
  if (isList) return `${place}[${name}]`;
  return place === '' ? name : `${place}.${name}`;
}

function isProse(text: string): boolean {
  return /\s/.test(text);
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
