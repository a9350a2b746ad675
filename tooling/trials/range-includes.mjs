/** The ranges that our manifests use: `*`, `^1.2.3`, exact versions, and several of them joined by `||`. */
export function bounds(range) {
  if (range === '*') return [{ lowest: [0, 0, 0], kept: -1 }];
  return range.split('||').map((part) => {
    const [, sign, ...numbers] = /^\s*([\^~]?)(\d+)\.(\d+)\.(\d+)\s*$/.exec(part) ?? [];
    if (sign === undefined) throw new Error(`The range ${range} is none that is understood here.`);
    const lowest = numbers.map(Number);
    // What ^ keeps: the first number that is not 0.
    const kept =
      sign === ''
        ? 2
        : sign === '~'
          ? 1
          : Math.max(
              0,
              lowest.findIndex((number) => number > 0),
            );
    return { lowest, kept };
  });
}

/** Whether a version that is no prerelease lies in a range. */
export function includes(range, version) {
  const numbers = version.split('.').map(Number);
  return bounds(range).some(({ lowest, kept }) => {
    const same = numbers.slice(0, kept + 1).every((number, i) => number === lowest[i]);
    return same && compare(numbers, lowest) >= 0;
  });
}

/** The lowest version of a range. */
export function lowestOf(range) {
  const [first, ...others] = bounds(range).map(({ lowest }) => lowest);
  return others.reduce((low, one) => (compare(one, low) < 0 ? one : low), first).join('.');
}

/** Below 0 when the version `a` is older than `b`. */
export function compare(a, b) {
  return a.map((number, i) => number - b[i]).find((difference) => difference !== 0) ?? 0;
}
