import { inspect } from 'node:util';
import { MelliflowError } from '@melliflow/core';
import { describe, expect, it } from 'vitest';
import { errorFromNetwork, errorFromStatus, errorWords } from '../src/index.js';

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
    [
      400,
      { message: 'The input token count (9) exceeds the maximum number of tokens' },
      'context_length',
      false,
    ],
    [422, { error: '`inputs` must have less than 10 tokens. Given: 12' }, 'context_length', false],
    [400, 'the number of input tokens 9 cannot exceed the total tokens limit 8', 'context_length', false],
    [undefined, { error: 'the request exceeds the available context size' }, 'context_length', false],
    [400, { message: 'top_logprobs exceeds maximum of 20' }, 'invalid_request', false],
    [400, { message: 'Image size exceeds maximum' }, 'invalid_request', false],
    [400, { message: 'max_tokens exceeds the maximum' }, 'invalid_request', false],
    [undefined, { errors: [{ code: 'x', message: 'y' }], status_code: 404 }, 'model_not_found', false],
    [400, body('content_filter'), 'content_filter', false],
    [500, '', 'server', true],
    [501, '', 'server', false],
    [500, { object: 'error', message: 'no', type: 'BadRequestError' }, 'server', true],
    [503, 'upstream overloaded', 'server', true],
    [529, '', 'server', true],
    [424, { error: 'Request failed during generation', error_type: 'generation' }, 'server', true],
    [403, { errors: [{ code: 'token_quota_reached', message: 'no' }] }, 'quota', false],
    [undefined, { error: '`best_of` must be > 0', error_type: 'validation' }, 'invalid_request', false],
    [undefined, { error: 'no template', error_type: 'template_error' }, 'invalid_request', false],
    [undefined, { error: 'no tool', error_type: 'tool_error' }, 'invalid_request', false],
    [undefined, { error: 'no', error_type: 'generation' }, 'server', true],
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
    [{ error: { errors: [{ code: 'model_not_supported', message: 'a' }] } }, 'a', ['model_not_supported']],
    [{ error: { error: { message: 'a' }, code: 'X' } }, 'a', ['x']],
    [{ error: 'a', error_type: 'validation' }, 'a', ['validation']],
    [{ errorCode: 'BXNIM0415E', errorMessage: 'a' }, 'a', ['bxnim0415e']],
    ['  plain\n text ', 'plain text', []],
    ['<!DOCTYPE html><html>', '', []],
    [null, '', []],
    [[1], '', []],
    [{ error: { message: { deep: 1 } } }, '', []],
  ])('%o', (given, message, codes) => {
    expect(errorWords(given)).toMatchObject({ message, codes });
  });

  it('are not endless in an error', () => {
    const { cause } = errorFromStatus({ status: 400, body: 'no '.repeat(10_000) }, origin);
    expect((cause as Error).message).toHaveLength(501);
  });

  it('are not cut within a secret', () => {
    const secret = 'zq81-kd02-m3n4-b5v6';
    for (let before = 470; before <= 500; before++) {
      const body = `${'. '.repeat(before).slice(0, before)} ${secret} and more`;
      const error = errorFromStatus({ status: 400, body }, { ...origin, secrets: [secret] });
      expect(inspect(error, { depth: 20 })).not.toContain('zq81');
    }
  });
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

  it('says the words of the platform, and no others', () => {
    const said = (words: string) => errorFromNetwork(new TypeError(words), origin)?.message;
    expect(said('fetch failed')).toBe('mock: the connection failed: fetch failed');
    expect(said('network: could not send {"prompt":"my letter"}')).toBe('mock: the connection failed');
  });

  it('shows nothing of the request in its cause', () => {
    const thrown = new TypeError('fetch failed', { cause: new Error('no way for "My dear \\"Anna\\""') });
    const error = errorFromNetwork(thrown, { ...origin, prompts: ['My dear "Anna", come'] });
    expect(inspect(error, { depth: 20 })).not.toMatch(/dear|Anna/);
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
