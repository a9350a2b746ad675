import type { Chapter, Law } from '../exam/law.js';
import { cancelLaws } from './cancel-laws.js';
import { constructLaws } from './construct-laws.js';
import { contextLaws } from './context-laws.js';
import { disposeLaws } from './dispose-laws.js';
import { errorsLaws } from './errors-laws.js';
import { formatLaws } from './format-laws.js';
import { hooksLaws } from './hooks-laws.js';
import { imagesLaws } from './images-laws.js';
import { lazyLaws } from './lazy-laws.js';
import { metadataLaws } from './metadata-laws.js';
import { optionsLaws } from './options-laws.js';
import { parallelLaws } from './parallel-laws.js';
import { rawLaws } from './raw-laws.js';
import { retryLaws } from './retry-laws.js';
import { secretsLaws } from './secrets-laws.js';
import { streamLaws } from './stream-laws.js';
import { timeoutsLaws } from './timeouts-laws.js';
import { toolsLaws } from './tools-laws.js';
import { valueLaws } from './value-laws.js';
import { walkLaws } from './walk-laws.js';

/** All laws, chapter by chapter. */
export const laws: readonly Law[] = [
  ...constructLaws,
  ...lazyLaws,
  ...valueLaws,
  ...streamLaws,
  ...cancelLaws,
  ...contextLaws,
  ...walkLaws,
  ...rawLaws,
  ...optionsLaws,
  ...formatLaws,
  ...toolsLaws,
  ...imagesLaws,
  ...errorsLaws,
  ...retryLaws,
  ...timeoutsLaws,
  ...metadataLaws,
  ...hooksLaws,
  ...secretsLaws,
  ...parallelLaws,
  ...disposeLaws,
];

/** The ids of all laws, or of those of some chapters: for `gaps`. */
export function lawIds(...chapters: readonly Chapter[]): string[] {
  const wanted = chapters.length === 0 ? laws : laws.filter(({ chapter }) => chapters.includes(chapter));
  return wanted.map(({ id }) => id);
}
