import { describe, expect, it, vi } from 'vitest';
import {
  checkProviderSettings,
  defaultRetryPolicy,
  defaultTimeouts,
  environmentVariable,
  type ProviderSettings,
  resolveRetryPolicy,
  resolveTimeouts,
  retryAfterMs,
  retryDelayMs,
} from '../src/index.js';

describe('settings', () => {
  it('have defaults, and undefined means not given', () => {
    expect(resolveTimeouts('X', undefined)).toEqual(defaultTimeouts);
    expect(resolveTimeouts('X', { idleMs: undefined, totalMs: 9.5 })).toEqual({
      ...defaultTimeouts,
      totalMs: 9.5,
    });
    expect(resolveRetryPolicy('X', { attempts: 1 })).toEqual({ ...defaultRetryPolicy, attempts: 1 });
  });

  it.each([
    [{ idleMs: 0 }, 'X: timeouts.idleMs must be a number of ms above 0, or Infinity; got number 0.'],
    [{ idleMs: '5' }, 'timeouts.idleMs must be'],
    [{ idleMs: Number.NaN }, 'timeouts.idleMs must be'],
    [{ idle: 5 }, 'timeouts.idle is not known; there are headersMs, firstChunkMs, idleMs, totalMs.'],
    [5, 'timeouts must be an object of headersMs'],
  ])('timeouts %o are refused', (given, message) => {
    expect(() => resolveTimeouts('X', given as object)).toThrow(message);
  });

  it.each([
    [{ attempts: 0 }, 'retry.attempts must be a whole number from 1 up; got number 0.'],
    [{ attempts: 1.5 }, 'retry.attempts must be'],
    [{ maxDelayMs: -1 }, 'retry.maxDelayMs must be a finite number of ms from 0 up'],
    [{ maxDelayMs: Number.POSITIVE_INFINITY }, 'retry.maxDelayMs must be'],
    [{ tries: 3 }, 'retry.tries is not known'],
  ])('retry %o is refused', (given, message) => {
    expect(() => resolveRetryPolicy('X', given as object)).toThrow(message);
  });

  it.each([
    [{ modelId: '' }, 'X: modelId must be the name of a model; got string "".'],
    [{ baseURL: 'localhost:8000' }, 'X: baseURL must be an absolute http or https URL'],
    [{ baseURL: 'http://' }, 'X: baseURL must be'],
    [{ baseURL: 'https://me:hidden-word@host/v1' }, 'X: baseURL must hold no user and password'],
    [{ baseUrl: 'http://localhost:8000/v1' }, 'X: baseUrl is not a setting; write baseURL.'],
    [{ base_url: 'http://localhost:8000/v1' }, 'X: base_url is not a setting; write baseURL.'],
    [{ fetch: 'no' }, 'X: fetch must be a function'],
    [{ modelOptions: 1 }, 'X: modelOptions must be an object'],
    [{ maxConcurrency: 0 }, 'X: maxConcurrency must be a whole number from 1 up'],
  ])('%o is refused', (given, message) => {
    const settings = { modelId: 'm', ...given } as ProviderSettings;
    expect(() => checkProviderSettings('X', settings)).toThrow(new RegExp(message.replace(/[().]/g, '\\$&')));
  });

  it('are good as they should be', () => {
    expect(() =>
      checkProviderSettings('X', { modelId: 'm', baseURL: 'http://localhost:1/v1' }),
    ).not.toThrow();
  });
});

describe('the wait before another attempt', () => {
  const error = { retryable: true };
  const policy = { ...defaultRetryPolicy, attempts: 20 };

  it('doubles up to its limit, spread over the upper half', () => {
    const waits = (random: number) =>
      [1, 2, 3, 9].map((attempt) => retryDelayMs(policy, attempt, error, () => random));
    expect(waits(0)).toEqual([250, 500, 1000, 5000]);
    expect(waits(1)).toEqual([500, 1000, 2000, 10_000]);
  });

  it('is what the provider asks for', () => {
    expect(retryDelayMs(policy, 1, { ...error, retryAfterMs: 3000 }, () => 0)).toBe(3000);
    expect(retryDelayMs(policy, 1, { ...error, retryAfterMs: 0 }, () => 1)).toBe(0);
    expect(retryDelayMs(policy, 1, { ...error, retryAfterMs: 60_001 }, () => 0)).toBeNull();
  });

  it('is none after the last attempt and for what cannot pass', () => {
    expect(retryDelayMs({ ...policy, attempts: 2 }, 2, error)).toBeNull();
    expect(retryDelayMs(policy, 1, { retryable: false })).toBeNull();
  });
});

describe('Retry-After', () => {
  it.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '120', 'retry-after': '9' }, 120],
    [{ 'retry-after': '-3' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '0x10' }, undefined],
    [{}, undefined],
  ])('of %o', (headers, ms) => {
    expect(retryAfterMs(new Headers(headers as Record<string, string>))).toBe(ms);
  });

  it('is a date too', () => {
    vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') });
    const at = (date: string) => retryAfterMs(new Headers({ 'retry-after': date }));
    expect(at('Thu, 01 Jan 2026 00:00:30 GMT')).toBe(30_000);
    expect(at('Thu, 01 Jan 2026 00:00:00 GMT')).toBe(0);
    expect(at('Wed, 31 Dec 2025 00:00:00 GMT')).toBe(0);
    vi.useRealTimers();
  });
});

describe('the environment', () => {
  it('gives what is there, without white space', () => {
    vi.stubEnv('MELLIFLOW_TEST', ' a ');
    expect(environmentVariable('MELLIFLOW_TEST')).toBe('a');
    vi.stubEnv('MELLIFLOW_TEST', ' ');
    expect(environmentVariable('MELLIFLOW_TEST')).toBeUndefined();
    vi.unstubAllEnvs();
  });

  it('is empty where there is no process, or it may not be read', () => {
    vi.stubGlobal('process', undefined);
    expect(environmentVariable('PATH')).toBeUndefined();
    vi.stubGlobal('process', {
      get env() {
        throw new Error('not allowed');
      },
    });
    expect(environmentVariable('PATH')).toBeUndefined();
    vi.unstubAllGlobals();
  });
});
