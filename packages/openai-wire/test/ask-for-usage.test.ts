import { FailedReply } from '@melliflow/provider-kit';
import { expect, it, vi } from 'vitest';
import { askForUsage, type WireFields } from '../src/index.js';

const body = { model: 'm', stream_options: { include_usage: true } };

/** A server that refuses what it is asked with these words, while it is asked for usage. */
const refusing = (status: number, words: unknown) =>
  vi.fn(async (asked: WireFields) => {
    if ('stream_options' in asked) throw new FailedReply({ status, body: words });
    return 'ok';
  });

it('usage that is refused is asked for once, and that is remembered by server', async () => {
  const send = refusing(400, { error: 'stream_options: unknown' });
  for (let call = 0; call < 3; call++) expect(await askForUsage('http://a/v1', body, send)).toBe('ok');
  expect(send.mock.calls.map(([asked]) => 'stream_options' in asked)).toEqual([true, false, false, false]);
  await askForUsage('http://b/v1', body, send);
  expect(send.mock.calls.slice(4).map(([asked]) => 'stream_options' in asked)).toEqual([true, false]);
  expect(body).toHaveProperty('stream_options');
});

it('another refusal is that refusal', async () => {
  for (const [status, words] of [
    [400, { error: 'unknown field "top_k"' }],
    [400, { error: { code: 'context_length_exceeded' } }],
    [500, 'stream_options'],
    [422, { detail: [{ loc: ['top_k'], msg: 'no', input: { stream_options: {} } }] }],
  ] as const) {
    const send = refusing(status, words);
    await expect(askForUsage('http://c/v1', body, send)).rejects.toBeInstanceOf(FailedReply);
    expect(send).toHaveBeenCalledTimes(1);
  }
});

it('a request that does not ask for usage is sent as it is', async () => {
  const send = refusing(400, '');
  expect(await askForUsage('http://d/v1', { model: 'm' }, send)).toBe('ok');
  expect(send).toHaveBeenCalledExactlyOnceWith({ model: 'm' });
});
