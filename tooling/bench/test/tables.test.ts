import { describe, expect, test } from 'vitest';
import { withText } from '../lib/between-marks.mjs';
import { peersTable } from '../lib/peers-table.mjs';
import { resultOf } from '../lib/results.mjs';
import { budgetTable, tableOf } from '../lib/tables.mjs';

const imports = resultOf('import', {
  nothing: [{ wallMs: 1, cpuMs: 2 }],
  '@melliflow/backend-openai': [{ wallMs: 11, cpuMs: 14 }],
  openai: [{ wallMs: 101, cpuMs: 150 }],
});
const calls = resultOf('calls', {
  'openai-sdk': [{ cpuUs: 100, wallUs: 50 }],
  openai: [{ cpuUs: 110, wallUs: 70 }],
});

/** The rows of a table, without its rule and the blanks that make its columns stand below each other. */
const rowsOf = (table: string) =>
  table
    .split('\n')
    .filter((line) => /^\|(?! -)/.test(line))
    .map((line) => line.replaceAll(/ {2,}/g, ' '));

describe('the table of a case', () => {
  test('relates by a difference where a budget does, and calls an SDK by its name', () => {
    expect(rowsOf(tableOf(imports))).toEqual([
      '| | ms | CPU ms | ms − baseline (95 % interval) |',
      '| an empty module | 1.00 | 2.00 | |',
      '| **backend-openai** | 11.0 | 14.0 | 10.0 (10.0 – 10.0) |',
      '| openai SDK | 101 | 150 | 100 (100 – 100) |',
    ]);
  });

  test('relates by a ratio where a budget does', () => {
    expect(rowsOf(tableOf(calls))).toEqual([
      '| | CPU µs per call | µs per call | CPU µs per call ÷ baseline (95 % interval) |',
      '| openai SDK | 100 | 50.0 | |',
      '| **backend-openai** | 110 | 70.0 | 1.10 (1.10 – 1.10) |',
    ]);
  });
});

test('the table of budgets has those whose ways were measured', () => {
  expect(rowsOf(budgetTable([imports, calls])).slice(1)).toEqual([
    '| Import in a fresh process | backend-openai − an empty module | ms | 15 | 10.0 (10.0 – 10.0) | yes |',
    '| Short calls, not streamed | backend-openai ÷ openai SDK | CPU µs per call | 1.15 | 1.10 (1.10 – 1.10) | yes |',
  ]);
});

test('the table of peers has a row for each case that ran, and a dash for what none measured', () => {
  expect(rowsOf(peersTable([imports, calls])).slice(1)).toEqual([
    '| a short call, µs of CPU | 110 | 100 | – | – |',
    '| import, ms; Melliflow loads the SDK with the first call | 11.0 | 101 | – | – |',
  ]);
});

test('a text takes the place of the one between its marks, and of nothing else', () => {
  const marks = { begin: '<!-- a -->', end: '<!-- end of a -->' };
  const page = (text: string) => `before\n<!-- a -->${text}<!-- end of a -->\nafter`;
  expect(withText(page(' old '), marks, 'new')).toBe(page('\n\nnew\n\n'));
  expect(() => withText('no marks', marks, 'new')).toThrow(/has no "<!-- a -->" before/);
});
