import { describe, expect, test } from 'vitest';
import { cases } from '../cases.mjs';
import { judge } from '../lib/judge.mjs';

interface Budget {
  readonly way: string;
  readonly to?: string;
  readonly figure: string;
  readonly by?: string;
  readonly limit: number;
}
const budgets = Object.entries(cases).flatMap(([name, { title, ways, rounds, budgets: of }]) =>
  (of as Budget[]).map((budget) => ({
    name,
    title,
    ways: ways as readonly string[],
    rounds,
    budget,
    what: `${name}: ${budget.figure} of ${budget.way}`,
  })),
);

/** Rounds in which everything costs 10, and the way of a budget what brings it to `share` of its limit. */
function roundsAt(share: number, { way, to, figure, by, limit }: Budget) {
  const value =
    to === undefined ? limit * share : by === 'difference' ? 10 + limit * share : 10 * limit * share;
  return Object.fromEntries([
    ...(to === undefined ? [] : [[to, [{ [figure]: 10 }]]]),
    [way, [{ [figure]: value }]],
  ]);
}

describe.each(budgets)('$what', ({ title, ways, rounds, name, budget }) => {
  test('is met below its limit, and missed above it or without a figure', () => {
    const isMet = (share: number): boolean | undefined =>
      judge({ title, budgets: [budget] }, roundsAt(share, budget))[0]?.isMet;
    expect([isMet(0.99), isMet(1.01), isMet(Number.NaN)]).toEqual([true, false, false]);
  });
  test('speaks of ways that are measured, often enough for its interval', () => {
    expect(ways).toEqual(expect.arrayContaining([budget.way, budget.to ?? budget.way]));
    expect(name === 'bundle' || rounds >= 6).toBe(true);
  });
});

test('nothing that was promised is left out', () => {
  const told = budgets.map(({ name, budget: { way, to, figure, by, limit } }) =>
    [name, way, figure, ...(to ? [by === 'difference' ? '-' : '/', to] : []), '<=', limit].join(' '),
  );
  const each = (line: (name: string) => string): string[] => ['openai', 'ollama', 'hf', 'watsonx'].map(line);
  const others = (line: (name: string) => string): string[] => each(line).slice(1);
  const streams = ['stream', 'long'].flatMap((name) => [
    `${name} openai cpuUs / openai-sdk <= 0.7`,
    `${name} openai-validated cpuUs / openai-sdk <= 0.9`,
    `${name} openai cpuUs / ai-sdk <= 0.25`,
    `${name} openai-validated cpuUs / ai-sdk <= 0.25`,
    ...others((one) => `${name} ${one} cpuUs / ${one}-sdk <= 1.2`),
    ...others((one) => `${name} ${one}-validated cpuUs / ${one}-sdk <= 1.5`),
  ]);
  expect(told.sort()).toEqual(
    [
      ...each((one) => `calls ${one} cpuUs / ${one}-sdk <= 1.15`),
      ...each((one) => `settled ${one} cpuUs / ${one}-sdk <= 1.15`),
      ...streams,
      ...each((one) => `many ${one} cpuMs / ${one}-sdk <= 1.15`),
      ...each((one) => `many ${one} peakMb / ${one}-sdk <= 1.1`),
      ...each((one) => `latency ${one} firstMs - ${one}-sdk <= 0.5`),
      ...each((one) => `latency ${one} closeMs - ${one}-sdk <= 1`),
      ...each((one) => `import @melliflow/backend-${one} wallMs - nothing <= 15`),
      'import @melliflow/stdlib wallMs - nothing <= 40',
      'bundle melliflow kb - openai-sdk <= 25',
      ...['prose', 'boundless', 'words', 'wordless', 'paragraphs', 'paragraph'].map(
        (name) => `${name} chunker cpuMs / one-pass <= 1.5`,
      ),
      'json partials cpuMs / one-pass <= 1.5',
      'json partials growthMb - one-pass <= 10',
      'structures walk wallMs <= 500',
      'structures walk-deep wallMs <= 500',
      'structures context-add growth <= 1.5',
      'structures context-list growth <= 1.5',
      'raw openai requests <= 8',
      'raw openai early <= 0.2',
      'raw openai left <= 0.1',
    ].sort(),
  );
});
