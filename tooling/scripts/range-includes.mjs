/** The ranges that our manifests use: `*`, `^1.2.3`, exact versions, and several of them joined by `||`. */
function bounds(range) {
  if (range === '*') return [{ lowest: [0, 0, 0], kept: -1 }];
  return range.split('||').map((part) => {
    const [, sign, ...numbers] = /^\s*([\^~]?)(\d+)\.(\d+)\.(\d+)\s*$/.exec(part) ?? [];
    if (sign === undefined) throw new Error(`The range ${range} is none that is understood here.`);
    const lowest = numbers.map(Number);
    const first = lowest.findIndex((number) => number > 0);
    // How many numbers after the first must be the same: ^ lets those change that come after the first that is not 0.
    const kept = sign === '' || first < 0 ? 2 : sign === '~' ? 1 : first;
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

/** Below 0 when the version `a` is older than `b`. */
export function compare(a, b) {
  return a.map((number, i) => number - b[i]).find((difference) => difference !== 0) ?? 0;
}
