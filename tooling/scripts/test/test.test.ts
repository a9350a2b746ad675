import { describe, expect, it } from 'vitest';
import { summary, tally } from '../test.mjs';

const report = (numPassedTests: number, numFailedTests: number, testResults: object[] = []) => ({
  numPassedTests,
  numFailedTests,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults,
});

describe('the last line of npm test', () => {
  it('sums the reports of all packages', () => {
    expect(summary(tally([report(3, 0), report(4, 2)]))).toBe('7 passed, 2 failed');
    expect(summary(tally([]))).toBe('0 passed, 0 failed');
  });

  it('counts a file that broke before its first test', () => {
    const broken = { status: 'failed', assertionResults: [] };
    expect(summary(tally([report(1, 0, [broken])]))).toBe('1 passed, 1 failed');
  });

  it('counts a failed test once', () => {
    const file = { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] };
    expect(summary(tally([report(1, 1, [file])]))).toBe('1 passed, 1 failed');
  });

  it('does not hide skipped tests', () => {
    expect(summary(tally([{ ...report(1, 0), numPendingTests: 1, numTodoTests: 1 }]))).toBe(
      '1 passed, 0 failed, 2 skipped',
    );
  });
});
