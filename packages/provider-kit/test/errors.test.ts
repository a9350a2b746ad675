import { inspect } from 'node:util';
import { MelliflowError } from '@melliflow/core';
import { describe, expect, it } from 'vitest';
import { errorFromNetwork, errorFromStatus, errorWords, withoutEchoes } from '../src/index.js';

const origin = { provider: 'mock', model: 'm', secrets: ['topsecret'] };
const body = (code: string | number | null, message = 'no', type?: string) => ({
  error: { message, code, type },
});

describe('a status', () => {
  it.each([
    [400, body(null), 'invalid_request', false],
    [401, body('invalid_api_key'), 'authentication', false],
    [402, '', 'quota', false],
    [403, '', 'permission', false],
    [404, '', 'model_not_found', false],
    [408, '', 'generation_timeout', true],
    [409, '', 'invalid_request', true],
    [413, '', 'invalid_request', false],
    [418, '', 'invalid_request', false],
    [422, { detail: 'x' }, 'invalid_request', false],
    [429, body('rate_limit_exceeded'), 'rate_limit', true],
    [429, body('insufficient_quota'), 'quota', false],
    [400, body('context_length_exceeded'), 'context_length', false],
    [500, { error: 'the input exceeds the context window' }, 'context_length', false],
    [400, { message: "This model's maximum context length is 10 tokens" }, 'context_length', false],
    [400, body('content_filter'), 'content_filter', false],
    [500, '', 'server', true],
    [501, '', 'server', false],
    [503, 'upstream overloaded', 'server', true],
    [529, '', 'server', true],
    [304, '', 'server', false],
    [undefined, body(null), 'server', true],
    [undefined, body(429), 'rate_limit', true],
    [undefined, body('429'), 'rate_limit', true],
    [undefined, body(null, 'x', 'invalid_request_error'), 'invalid_request', false],
  ])('%s with %o is %s', (status, said, code, retryable) => {
    const error = errorFromStatus({ status, body: said }, origin);
    expect([error.code, error.retryable]).toEqual([code, retryable]);
    expect(MelliflowError.is(error)).toBe(true);
  });

  it('keeps status, request id, wait and the words of the provider', () => {
    const headers = new Headers({ 'retry-after': '7', 'x-request-id': 'req_1' });
    const error = errorFromStatus({ status: 429, body: body(null, 'slow down'), headers }, origin);
    expect(error).toMatchObject({ status: 429, retryAfterMs: 7000, requestId: 'req_1', provider: 'mock' });
    expect(error.message).toBe('mock: slow down (HTTP 429)');
    const coded = errorFromStatus({ status: 401, body: body('invalid_api_key', 'no') }, origin);
    expect(coded.cause).toMatchObject({ message: 'no', status: 401, code: 'invalid_api_key' });
    expect(errorFromStatus({ status: 401 }, origin).message).toBe(
      'mock: the key is missing or wrong (HTTP 401; check apiKey)',
    );
  });

  it.each(['key topsecret here', 'key-topsecret', 'KEY-TOPSECRET', 'sk-12345678', 'x'.repeat(65), ''])(
    'shows the code %j to nobody',
    (code) => {
      const { cause } = errorFromStatus({ status: 400, body: body(code) }, origin);
      expect(cause).not.toHaveProperty('code');
    },
  );

  it('is retried or not as the provider says', () => {
    const said = (value: string) => new Headers({ 'x-should-retry': value });
    expect(errorFromStatus({ status: 400, headers: said('true') }, origin).retryable).toBe(true);
    expect(errorFromStatus({ status: 503, headers: said('false') }, origin).retryable).toBe(false);
  });

  it('shows neither key nor prompt', () => {
    const prompt = 'Tell me about "Mrs. Miller"\nand her garden.';
    const message = `bad key topsecret in ${JSON.stringify(prompt)} near 'Mrs. Miller"\nand her'`;
    const error = errorFromStatus(
      { status: 400, body: body(null, message) },
      { ...origin, prompts: [prompt] },
    );
    const shown = inspect(error, { depth: 20 }) + JSON.stringify(error);
    expect(shown).not.toMatch(/topsecret|Miller|garden/);
    expect(shown).toContain('bad key [redacted]');
  });
});

describe('the words of an error', () => {
  it.each([
    [{ error: { message: 'a', code: 'X', type: 'y' } }, 'a', ['x', 'y']],
    [{ error: 'a' }, 'a', []],
    [{ object: 'error', message: 'a', type: 'BadRequestError', code: 400 }, 'a', ['badrequesterror']],
    [{ detail: 'a' }, 'a', []],
    [
      { detail: [{ loc: ['body', 'x'], msg: 'field required', input: { prompt: 'p' } }] },
      'body.x: field required',
      [],
    ],
    [{ errors: [{ code: 'model_not_supported', message: 'a' }] }, 'a', ['model_not_supported']],
    ['  plain\n text ', 'plain text', []],
    ['<!DOCTYPE html><html>', '', []],
    [null, '', []],
    [[1], '', []],
    [{ error: { message: { deep: 1 } } }, '', []],
  ])('%o', (given, message, codes) => {
    expect(errorWords(given)).toMatchObject({ message, codes });
  });

  it('are not endless', () => {
    expect(errorWords('x'.repeat(10_000)).message).toHaveLength(501);
  });
});

it('a message loses what it quotes, and keeps the rest', () => {
  expect(withoutEchoes('Invalid: the quick brown fox (1)', ['Say: the quick brown fox jumps'])).toBe(
    'Invalid[…](1)',
  );
  expect(withoutEchoes('unknown field "stop"', ['hi', 'stopping'])).toBe('unknown field "stop"');
  expect(withoutEchoes('no such thing as Bern', ['Bern'])).toBe('no such thing as […]');
});

describe('a failure of the network', () => {
  const failed = (code: string, message = 'fetch failed') =>
    new TypeError(message, { cause: Object.assign(new Error('inner topsecret'), { code }) });

  it.each([
    [failed('ECONNREFUSED'), 'connection', true],
    [failed('ENOTFOUND'), 'connection', true],
    [failed('ECONNRESET', 'terminated'), 'connection', true],
    [failed('UND_ERR_SOCKET', 'terminated'), 'connection', true],
    [failed('UND_ERR_CONNECT_TIMEOUT'), 'connection', true],
    [failed('DEPTH_ZERO_SELF_SIGNED_CERT'), 'connection', false],
    [failed('UND_ERR_HEADERS_TIMEOUT'), 'generation_timeout', true],
    [failed('UND_ERR_BODY_TIMEOUT', 'terminated'), 'generation_timeout', true],
    [new Error('Connection error.', { cause: failed('ECONNREFUSED') }), 'connection', true],
    [new TypeError('Failed to fetch'), 'connection', true],
    [new TypeError('Load failed'), 'connection', true],
  ])('%o', (thrown, code, retryable) => {
    const error = errorFromNetwork(thrown, origin);
    expect([error?.code, error?.retryable]).toEqual([code, retryable]);
    expect(inspect(error, { depth: 20 })).not.toContain('topsecret');
  });

  it('is not a fault of the program', () => {
    expect(errorFromNetwork(new TypeError('x is not a function'), origin)).toBeNull();
    expect(errorFromNetwork(new Error('fetch failed'), origin)).toBeNull();
    expect(errorFromNetwork('fetch failed', origin)).toBeNull();
  });

  it('whose causes go round ends', () => {
    const round = new TypeError('fetch failed');
    round.cause = round;
    expect(errorFromNetwork(round, origin)?.code).toBe('connection');
  });
});
