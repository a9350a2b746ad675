/** Bounds of a count; both belong to it. */
export interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** @throws RangeError when a bound is no whole number from 0 on, or there is nothing between them. */
export function checkedBounds({ min, max }: Bounds, field: string): Bounds {
  for (const [name, bound] of Object.entries({ min, max })) {
    if (bound === undefined || (Number.isSafeInteger(bound) && bound >= 0)) continue;
    throw new RangeError(`${field}.${name} must be a whole number from 0 on, got ${String(bound)}.`);
  }
  if (min !== undefined && max !== undefined && min > max)
    throw new RangeError(`${field}.min ${min} is more than ${field}.max ${max}.`);
  return { min, max };
}

export function isWithin(count: number, { min = 0, max = Number.POSITIVE_INFINITY }: Bounds): boolean {
  return count >= min && count <= max;
}

/** `at least 2`, `at most 5`, `2 to 5`, `exactly 2`; empty without bounds. */
export function boundsInWords({ min, max }: Bounds): string {
  if (min === undefined) return max === undefined ? '' : `at most ${max}`;
  if (max === undefined) return `at least ${min}`;
  return min === max ? `exactly ${min}` : `${min} to ${max}`;
}
