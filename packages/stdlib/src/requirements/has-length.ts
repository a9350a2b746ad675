import type { Requirement } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { type ReadyRequirementInit, textRequirement } from './output-requirement.js';
import { segmentsOf } from './segments-of.js';
import { type Bounds, boundsInWords, checkedBounds, isWithin } from './within.js';

const granularities = { characters: 'grapheme', words: 'word', sentences: 'sentence' } as const;

/** What a length is counted in; characters as people see them, not as code units. */
export type LengthUnit = keyof typeof granularities;

/** How long, in what language, and how it is shown. */
export interface HasLengthInit extends ReadyRequirementInit, Bounds {
  /** The language whose rules say where words and sentences end. Default: the runtime's. */
  locale?: string | undefined;
}

/**
 * The output has so many characters, words or sentences.
 *
 * @throws TypeError for an unknown unit; RangeError for bounds that bound nothing.
 *
 * @example
 * hasLength('words', { max: 100 });
 */
export function hasLength(unit: LengthUnit, init: HasLengthInit): Requirement {
  if (!Object.hasOwn(granularities, unit))
    throw new TypeError(
      `unit must be one of ${Object.keys(granularities).join(', ')}, got ${describe(unit)}.`,
    );
  const bounds = checkedBounds(init, 'hasLength');
  const wanted = boundsInWords(bounds);
  if (wanted === '') throw new RangeError('hasLength needs min, max or both.');
  const segmenter = new Intl.Segmenter(init.locale, { granularity: granularities[unit] });
  return textRequirement(`have ${wanted} ${unit}`, init, (text) => {
    const count = countOf(segmenter, unit, text);
    return [isWithin(count, bounds), `it has ${count} ${unit}`];
  });
}

function countOf(segmenter: Intl.Segmenter, unit: LengthUnit, text: string): number {
  let count = 0;
  for (const { segment, isWordLike } of segmentsOf(segmenter, text)) {
    const counts = unit === 'words' ? isWordLike : unit === 'characters' || segment.trim() !== '';
    if (counts) count += 1;
  }
  return count;
}
