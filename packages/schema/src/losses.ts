import type { GenerationWarning } from '@melliflow/core';

/** Something in a schema that the provider will not enforce, or that it is told in another form. */
export interface Loss {
  /** `unsupported`: left out. `changed`: said otherwise. */
  readonly kind: 'unsupported' | 'changed';
  readonly keyword: string;
  /** Where it stands in the schema that was given, such as `#/properties/age`. */
  readonly pointer: string;
  /** What becomes of it, as the end of a sentence. */
  readonly what: string;
}

/** A place in a schema; its text is made when somebody wants to read it. */
export interface Place {
  readonly parent: Place | null;
  readonly step: string;
}

/** The place of a keyword, a property or an item inside another place. */
export function placeIn(parent: Place, ...steps: readonly (string | number)[]): Place {
  return steps.reduce<Place>((inner, step) => ({ parent: inner, step: String(step) }), parent);
}

/** A JSON pointer in the form of a `$ref`. */
export function pointerTo(place: Place): string {
  const steps: string[] = [];
  for (let at: Place | null = place; at !== null; at = at.parent) steps.push(escaped(at.step));
  return steps.reverse().join('/');
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** How many places one warning names. */
const NAMED = 5;

/** One warning for what happened to a keyword, with the places where it did. */
export function toWarnings(losses: readonly Loss[], label: string, option: string): GenerationWarning[] {
  return [...grouped(losses).values()].map((same) => {
    const { kind, keyword, what } = same[0] as Loss;
    const more = same.length > NAMED ? ` and ${same.length - NAMED} more` : '';
    const places = same.slice(0, NAMED).map(({ pointer }) => pointer);
    return { kind, option, message: `${label}: "${keyword}" ${what} (at ${places.join(', ')}${more}).` };
  });
}

function grouped(losses: readonly Loss[]): Map<string, Loss[]> {
  const groups = new Map<string, Loss[]>();
  for (const loss of losses) {
    const key = `${loss.kind} ${loss.keyword} ${loss.what}`;
    const group = groups.get(key);
    if (group) group.push(loss);
    else groups.set(key, [loss]);
  }
  return groups;
}
