type Method = (this: unknown, ...args: unknown[]) => unknown;

const sized = [
  'map',
  'filter',
  'flatMap',
  'find',
  'some',
  'every',
  'slice',
  'join',
  'includes',
  'indexOf',
  'fill',
  'shift',
];

/** What costs one step however large its object is, and what costs its length. */
const counted: readonly [object: object, once: readonly string[], byLength: readonly string[]][] = [
  [Map.prototype, ['get', 'set', 'has', 'delete'], []],
  [Set.prototype, ['has', 'add'], []],
  [Array.prototype, ['push', 'pop', 'at'], sized],
  [Uint8Array.prototype, [], ['fill', 'slice']],
  [Uint16Array.prototype, [], ['fill', 'slice']],
  [
    String.prototype,
    ['charCodeAt', 'at', 'startsWith'],
    ['split', 'trim', 'slice', 'toLowerCase', 'normalize', 'endsWith'],
  ],
  [String, ['fromCharCode'], []],
  [RegExp.prototype, ['test', 'exec'], []],
];

/** Counts the steps of `work` in the built-in methods that the rules are made of. */
export function operations(work: () => void): number {
  let total = 0;
  const undo: (() => void)[] = [];
  const meter = (object: object, name: string, cost: (self: unknown) => number): void => {
    const methods = object as Record<string, Method>;
    const original = Object.getOwnPropertyDescriptor(methods, name);
    const call = methods[name] as Method;
    methods[name] = function (this: unknown, ...args: unknown[]) {
      total += cost(this);
      return Reflect.apply(call, this, args);
    };
    undo.push(() => {
      if (original) Object.defineProperty(methods, name, original);
      else delete methods[name];
    });
  };
  for (const [object, once, byLength] of counted) {
    for (const name of once) meter(object, name, () => 1);
    for (const name of byLength) meter(object, name, (self) => (self as { length: number }).length + 1);
  }
  try {
    work();
  } finally {
    for (const restore of undo) restore();
  }
  return total;
}
